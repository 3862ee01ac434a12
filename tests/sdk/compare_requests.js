// Compares requests of ours with what the official SDK sends for the same call.
//
//   NODE_PATH=build/sdk/node_modules node tests/sdk/compare_requests.js \
//       [--complete] OURS.jsonl build/sdk/requests.json
//
// OURS has a JSON object a line: action, instanceType, method, path, body (an
// object, the text of one, or nothing). Each is taken apart and asked of the
// SDK again: its method for the action, with the names in the path and the body
// as its input. What the SDK then sends has to be the same method, path and
// body: a field that it does not know is not sent, a field that it requires
// makes it fail. The instance type has to stand in the body as the SDK's model
// of it. Calls that the SDK was recorded with in requests.json and that are not
// among ours are named; with --complete they count as differences.
// Exits 1 where anything differs.

'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const {SiteRecoveryManagementClient} =
    require('@azure/arm-recoveryservices-siterecovery');
const {createHttpHeaders} = require('@azure/core-rest-pipeline');
const {call, keyOf, partsOf} = require('./sdk_calls.js');

const plainPath = (path) => path.split('?')[0];

function bodyOf(body) {
  if (body === undefined || body === null || body === '') return undefined;
  return typeof body === 'string' ? JSON.parse(body) : body;
}

// What the SDK sends for the call; an error where it sends nothing.
async function sentBySdk(parts, body) {
  let sent;
  const client = new SiteRecoveryManagementClient(
      {getToken: async () => ({token: 'x', expiresOnTimestamp: Infinity})},
      parts.names.subscription, {
        endpoint: 'https://localhost',
        $host: 'https://localhost',
        httpClient: {
          sendRequest: async (request) => {
            sent = request;
            return {request, status: 200, headers: createHttpHeaders(),
                    bodyAsText: '{}'};
          },
        },
      });
  await call(client, parts, body);
  return {
    method: sent.method,
    path: plainPath(sent.url.replace('https://localhost', '')),
    body: bodyOf(sent.body),
  };
}

async function differenceOf(ours) {
  const parts = partsOf(ours.path);
  if (!parts) return 'the path is not one of a vault';
  const body = bodyOf(ours.body);
  let theirs;
  try {
    theirs = await sentBySdk(parts, body);
  } catch (error) {
    return `the SDK refuses: ${error.message}`;
  }
  try {
    assert.deepStrictEqual(
        {method: ours.method, path: plainPath(ours.path).toLowerCase(), body},
        {...theirs, path: theirs.path.toLowerCase()});
  } catch (error) {
    return error.message;
  }
  const details = body?.properties?.providerSpecificDetails;
  const types = (Array.isArray(details) ? details : details ? [details] : [])
                    .map((entry) => entry.instanceType);
  // Hyper-V's way back has a name of its own.
  const back = ours.instanceType === 'HyperVReplicaAzure' ?
      'HyperVReplicaAzureFailback' :
      ours.instanceType;
  if (types.length > 0 && !types.includes(ours.instanceType) &&
      !types.includes(back)) {
    return `the body is for ${types}, not for ${ours.instanceType}`;
  }
  return null;
}

async function main() {
  const files = process.argv.slice(2);
  const complete = files[0] === '--complete';
  if (complete) files.shift();
  if (files.length !== 2) {
    console.error(
        'usage: compare_requests.js [--complete] OURS.jsonl REQUESTS.json');
    return 64;
  }
  const ours = fs.readFileSync(files[0], 'utf8')
                   .split('\n')
                   .filter(Boolean)
                   .map((line) => JSON.parse(line));
  const missing =
      new Set(JSON.parse(fs.readFileSync(files[1], 'utf8')).map(keyOf));
  let differing = 0;
  for (const request of ours) {
    const difference = await differenceOf(request);
    const key = keyOf({
      ...request,
      scope: partsOf(request.path)?.scope,
      body: bodyOf(request.body),
    });
    missing.delete(key);
    if (difference === null) {
      console.log(`equal   ${key}`);
    } else {
      ++differing;
      console.log(`DIFFERS ${key}: ${difference}`);
    }
  }
  for (const key of missing) console.log(`not among ours: ${key}`);
  console.log(`${ours.length} requests, ${differing} differ, ` +
              `${missing.size} of the SDK's are not among them`);
  if (ours.length === 0 || differing > 0) return 1;
  return complete && missing.size > 0 ? 1 : 0;
}

main().then((code) => process.exitCode = code);
