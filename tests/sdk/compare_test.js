// Tests of compare_requests.js: the SDK's own requests are equal to the SDK's,
// and each way of spoiling one is found.
//
//   NODE_PATH=build/sdk/node_modules node tests/sdk/compare_test.js build/sdk

'use strict';

const {spawnSync} = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const directory = process.argv[2];
const recorded = path.join(directory, 'requests.json');

// The exit code of the comparison of these requests, and what it says.
function compare(requests, ...flags) {
  const file = path.join(directory, 'compare_test.jsonl');
  fs.writeFileSync(
      file, requests.map((request) => JSON.stringify(request) + '\n').join(''));
  const run = spawnSync(
      process.execPath,
      [path.join(__dirname, 'compare_requests.js'), ...flags, file, recorded],
      {encoding: 'utf8'});
  return {code: run.status, said: run.stdout + run.stderr};
}

let failed = 0;
function check(what, {code, said}, expected) {
  if (code === expected) {
    console.log(`ok      ${what}`);
  } else {
    ++failed;
    console.log(`FAILED  ${what}: exit ${code}, not ${expected}\n${said}`);
  }
}

const all = JSON.parse(fs.readFileSync(recorded, 'utf8'));
const copy = (scope, action, type) => structuredClone(all.find(
    (request) => request.scope === scope && request.action === action &&
        request.instanceType === type));
const failover = () => copy('item', 'unplannedFailover', 'InMageRcm');
const details = (request) => request.body.properties.providerSpecificDetails;

check('the SDK is equal to itself', compare(all, '--complete'), 0);
check('one of its requests', compare([failover()]), 0);
check('not all of them', compare([failover()], '--complete'), 1);
check('none of them', compare([]), 1);

const asText = failover();
asText.body = JSON.stringify(asText.body);
check('a body as text', compare([asText]), 0);

function spoiled(what, spoil, request = failover()) {
  spoil(request);
  check(`spoiled: ${what}`, compare([all[0], request]), 1);
}
spoiled('a field with another name', (request) => {
  details(request).recoveryPointID = details(request).recoveryPointId;
  delete details(request).recoveryPointId;
});
spoiled('a field in another place', (request) => {
  request.body.properties.recoveryPointId = details(request).recoveryPointId;
});
spoiled('a required field is missing',
        (request) => delete details(request).performShutdown);
spoiled('a boolean that is not text',
        (request) => details(request).performShutdown = true);
spoiled('another instance type in the body',
        (request) => details(request).instanceType = 'A2A');
spoiled('another instance type said',
        (request) => request.instanceType = 'InMageAzureV2');
spoiled('another action',
        (request) => request.path = request.path.replace(
            'unplannedFailover', 'failover'));
spoiled('another method', (request) => request.method = 'PUT');
spoiled('a body where there is none', (request) => request.body = {},
        copy('item', 'failoverCommit', 'A2A'));
spoiled('one provider instead of a list', (request) => {
  request.body.properties.providerSpecificDetails = details(request)[0];
}, copy('plan', 'unplannedFailover', 'A2A'));

// What another client really sent to the real service, where it is at hand.
const session = path.join(
    __dirname, '../../../shared/data/asr/recorded',
    'cli_v2arcm_failover_reprotect_failback.json');
if (fs.existsSync(session)) {
  const sent = [];
  for (const {method, uri, request_body: body} of
           JSON.parse(fs.readFileSync(session, 'utf8')).interactions) {
    const action = uri.split('?')[0].split('/').pop();
    if (method !== 'POST' || action === 'remove') continue;
    sent.push({
      action,
      instanceType:
          JSON.parse(body).properties.providerSpecificDetails.instanceType,
      method,
      path: uri.replace('https://management.azure.com', ''),
      body,
    });
  }
  check(`${sent.length} recorded requests of another client`, compare(sent), 0);
} else {
  console.log('skipped: no ../shared/data');
}

process.exitCode = failed === 0 ? 0 : 1;
