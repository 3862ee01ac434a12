// Drives every scenario of the fake by the official Azure SDK, and records what
// the SDK sends.
//
//   NODE_PATH=build/sdk/node_modules node tests/sdk/drive_fake.js \
//       build/release/tests/fake_arm_server build/sdk
//
// Writes DIRECTORY/requests.json: each POST with its scope (item, plan or
// container), action, instance type, method, path and body. Exits 1 where a
// scenario fails.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const {FakeServer} = require('./fake_server.js');
const {Scene, recorded} = require('./scene.js');
const {all} = require('./scenarios.js');
const {keyOf} = require('./sdk_calls.js');

// One request for each scope, action and instance type, the fullest one that
// was accepted.
function tableOf(requests) {
  const table = new Map();
  for (const request of requests) {
    if (request.status !== 202) continue;
    const key = keyOf(request);
    const length = (entry) => JSON.stringify(entry.body).length;
    const old = table.get(key);
    if (!old || length(request) > length(old)) table.set(key, request);
  }
  return [...table.keys()].sort().map((key) => table.get(key));
}

function printTable(table) {
  for (const request of table) {
    const {body} = request;
    const text = body === null ? '(no body)' : JSON.stringify(body);
    console.log(`${keyOf(request)}\n    ${text}`);
  }
}

function printFaults(report) {
  console.log('\nWhen the answer to its POST is lost, the SDK posts again:');
  for (const entry of report) {
    console.log(`  ${entry.fate}, the service ${entry.service}: ` +
                `${entry.posts} POSTs, ${entry.begun} failovers begun ` +
                `(${entry.doubled} doubled); ${entry.outcome}`);
    for (const effect of entry.ledger) {
      console.log(`      ${JSON.stringify(effect)}`);
    }
  }
}

async function main() {
  const [binary, directory] = process.argv.slice(2);
  if (!directory) {
    console.error('usage: drive_fake.js FAKE_ARM_SERVER DIRECTORY');
    return 64;
  }
  FakeServer.binary = path.resolve(binary);
  FakeServer.directory = path.resolve(directory);
  const report = [];
  let failed = 0;
  for (const [name, scenario] of all) {
    const started = Date.now();
    try {
      await scenario(report);
      console.log(`ok      ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      ++failed;
      console.log(`FAILED  ${name}: ${error.stack}`);
    }
    for (const server of Scene.open) await server.stop();
    Scene.open.clear();
  }
  const table = tableOf(recorded);
  fs.writeFileSync(path.join(FakeServer.directory, 'requests.json'),
                   JSON.stringify(table, null, 1) + '\n');
  console.log(`\n${table.length} requests, by scope, action, instance type:`);
  printTable(table);
  printFaults(report);
  console.log(`\n${all.length} scenarios, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

main().then((code) => process.exitCode = code);
