// What the SDK does with the fake, one function a scenario. Each gets what it
// needs to start servers, to make calls that are recorded, and to expect.

'use strict';

const inputs = require('./inputs.js');
const {Scene, expect, collect, fails} = require('./scene.js');

const TYPES = [
  'A2A', 'InMage', 'InMageAzureV2', 'InMageRcm', 'InMageRcmFailback',
  'HyperVReplicaAzure',
];
const PLANNED = new Set(['InMageRcmFailback', 'HyperVReplicaAzure']);
const TESTED =
    new Set(['A2A', 'InMageAzureV2', 'InMageRcm', 'HyperVReplicaAzure']);
// What an item is after a reprotection.
const NEXT = {
  A2A: 'A2A',
  InMage: 'InMageAzureV2',
  InMageAzureV2: 'InMage',
  InMageRcm: 'InMageRcmFailback',
  InMageRcmFailback: 'InMageRcm',
  HyperVReplicaAzure: 'HyperVReplicaAzure',
};

async function lists() {
  const scene = await Scene.start(
      ['--type', 'InMageRcm', 'A2A', '--vms', '5', '--page-size', '2']);
  const {client, names} = scene;
  const items = await collect(
      client.replicationProtectedItems.list(names.vault, names.group));
  expect(items.length === 10, `10 items, not ${items.length}`);
  const ofPlan = await collect(client.replicationProtectedItems.list(
      names.vault, names.group, {filter: "RecoveryPlanName eq 'plan-2'"}));
  expect(ofPlan.length === 5 && ofPlan.every(
      (item) => item.properties.providerSpecificDetails.instanceType === 'A2A'),
  'the five of plan-2');
  const ofContainer = await collect(
      client.replicationProtectedItems.listByReplicationProtectionContainers(
          names.vault, names.group, names.fabric, names.container));
  expect(ofContainer.length === 5, 'five items of the container');
  const points = await collect(
      client.recoveryPoints.listByReplicationProtectedItems(
          names.vault, names.group, names.fabric, names.container, names.item));
  expect(points.length > 20, `some points, not ${points.length}`);
  // An old one may be thinned out at any moment.
  const newest = points[points.length - 1];
  const point = await client.recoveryPoints.get(
      names.vault, names.group, names.fabric, names.container, names.item,
      newest.name);
  expect(point.id === newest.id &&
             point.properties.recoveryPointTime instanceof Date,
         'a point by its name');
  const plans = await collect(
      client.replicationRecoveryPlans.list(names.vault, names.group));
  expect(plans.length === 2, 'two plans');
  const plan = await client.replicationRecoveryPlans.get(
      names.vault, names.group, 'plan-1');
  expect(plan.properties.groups.length === 3, 'Shutdown, Failover and Boot');
  for (let i = 1; i <= 5; ++i) {
    await scene.item(`vm-00${i}`).call('unplannedFailover',
                                       inputs.unplannedFailover('InMageRcm'));
  }
  const jobs =
      await collect(client.replicationJobs.list(names.vault, names.group));
  expect(jobs.length === 5, `five jobs, not ${jobs.length}`);
  const job = await client.replicationJobs.get(
      names.vault, names.group, jobs[0].name);
  const details = job.properties.customDetails;
  expect(details.instanceType === 'FailoverJobDetails' &&
             details.protectedItemDetails[0].recoveryPointId,
         'the point that was used');
  const none = await collect(client.replicationJobs.list(
      names.vault, names.group, {filter: "JobStatus eq 'Failed'"}));
  expect(none.length === 0, 'no job has failed');
  const fabrics =
      await collect(client.replicationFabrics.list(names.vault, names.group));
  expect(fabrics.length === 3, 'three fabrics');
  await scene.end();
}

// From protected to protected the other way, and back again.
async function cycle(type) {
  const scene = await Scene.start(['--type', type, '--vms', '1']);
  const item = scene.item('vm-001');
  let now = type;
  for (let leg = 0; leg < 2; ++leg) {
    await item.becomes('Protected');
    const pointId = now === 'InMageRcmFailback' ? undefined :
                                                  await item.somePoint();
    const action = PLANNED.has(now) ? 'plannedFailover' : 'unplannedFailover';
    await item.call(action, inputs[action](now, {pointId}));
    const failed = await item.get();
    if (pointId) {
      expect(failed.failoverRecoveryPointId === pointId, 'the point chosen');
    }
    if (failed.allowedOperations.includes('ChangePit')) {
      await item.call('applyRecoveryPoint', inputs.applyRecoveryPoint(
                                                now, {pointId}));
    }
    await item.call('failoverCommit');
    expect((await item.points()).length === 0, 'a commit deletes the points');
    if (now === 'HyperVReplicaAzure') {
      await item.call('plannedFailover',
                      inputs.plannedFailover(now, {back: true}));
      await item.call('failoverCommit');
    }
    await item.reprotect(now);
    now = NEXT[now];
    const protectedAgain = await item.get();
    expect(protectedAgain.providerSpecificDetails.instanceType === now,
           `it is ${now} now`);
  }
  await item.becomes('Protected');
  await scene.expectNothingDoubled();
  await scene.end();
}

// Where a type can fail over without warning too.
async function unplannedHyperV() {
  const scene = await Scene.start(['--type', 'HyperVReplicaAzure',
                                   '--vms', '1']);
  const item = scene.item('vm-001');
  const pointId = await item.somePoint();
  await item.call('unplannedFailover',
                  inputs.unplannedFailover('HyperVReplicaAzure', {pointId}));
  await item.call('failoverCommit');
  await scene.end();
}

async function test(type) {
  const scene = await Scene.start(['--type', type, '--vms', '1']);
  const item = scene.item('vm-001');
  await item.call('testFailover', inputs.testFailover(
                                      type, {pointId: await item.somePoint()}));
  const tested = await item.get();
  expect(tested.testFailoverState === 'WaitingForCompletion', 'it waits');
  await item.call('testFailoverCleanup', inputs.testFailoverCleanup());
  expect((await item.get()).testFailoverState === 'None', 'it is cleaned up');
  await scene.end();
}

async function cancel() {
  const scene =
      await Scene.start(['--type', 'InMageRcmFailback', '--vms', '1']);
  const item = scene.item('vm-001');
  await item.call('plannedFailover',
                  inputs.plannedFailover('InMageRcmFailback'));
  await item.call('failoverCancel');
  await item.becomes('Protected');
  await scene.end();
}

async function repair() {
  const scene = await Scene.start(['--type', 'InMageRcm', '--vms', '1']);
  const item = scene.item('vm-001');
  await fails(item.call('repairReplication'), {code: 'OperationNotAllowed'});
  await scene.server.ask('POST', '/fake/resync', {item: 'vm-001'});
  await item.call('repairReplication');
  const details = (await item.get()).providerSpecificDetails;
  expect(details.resyncRequired === 'false', 'it is repaired');
  await scene.end();
}

// A plan with groups, by every call that a plan has.
async function plan(type) {
  const flags = ['--type', type, '--vms', '4', '--groups', '2',
                 '--boot-groups', '2'];
  const scene = await Scene.start(flags);
  const whole = scene.plan('plan-1');
  if (TESTED.has(type)) {
    await whole.call('testFailover', inputs.planFailover('testFailover', type),
                     type);
    await whole.call('testFailoverCleanup', inputs.testFailoverCleanup(), type);
  }
  const action = PLANNED.has(type) ? 'plannedFailover' : 'unplannedFailover';
  await fails(
      scene.item('vm-001').call(action, inputs[action](type)),
      {code: 'UnsupportedReplicationProtectionAction'});
  await whole.call(action, inputs.planFailover(action, type), type);
  if (type === 'InMageRcmFailback') {
    await whole.call('failoverCancel', undefined, type);
    await whole.call(action, inputs.planFailover(action, type), type);
  }
  await whole.call('failoverCommit', undefined, type);
  if (type === 'HyperVReplicaAzure') {
    const back = 'HyperVReplicaAzureFailback';
    await whole.call('plannedFailover',
                     inputs.planFailover('plannedFailover', back), type);
    await whole.call('failoverCommit', undefined, type);
  }
  await fails(whole.call('reProtect'), {code: 'OperationNotSupported'});
  const effects = (await scene.server.ledger())
                      .filter((effect) => effect.action === 'failoverCommit');
  expect(effects.length === (type === 'HyperVReplicaAzure' ? 8 : 4),
         'each VM is committed once');
  await scene.expectNothingDoubled();
  await scene.end();
}

async function unplannedHyperVPlan() {
  const type = 'HyperVReplicaAzure';
  const scene = await Scene.start(['--type', type, '--vms', '2']);
  await scene.plan('plan-1').call(
      'unplannedFailover', inputs.planFailover('unplannedFailover', type),
      type);
  await scene.end();
}

async function agent() {
  const scene = await Scene.start(['--type', 'InMageRcm', '--vms', '1',
                                   '--agent-delay', '36000']);
  const item = scene.item('vm-001');
  await item.call('unplannedFailover', inputs.unplannedFailover('InMageRcm'));
  await item.call('failoverCommit');
  const details = (await item.get()).providerSpecificDetails;
  expect(details.isAgentRegistrationSuccessfulAfterFailover === false,
         'the agent has not registered');
  await fails(item.call('reProtect', inputs.reProtect('InMageRcm')),
              {code: '95226'});
  await scene.end();
}

async function access() {
  const scene = await Scene.start(['--type', 'InMageRcm', '--vms', '1',
                                   '--reader-token', 'reader']);
  const {names} = scene;
  const reader = scene.server.client('reader');
  const item = scene.item('vm-001', reader);
  await item.get();
  await fails(item.call('failoverCommit'),
              {statusCode: 403, code: 'AuthorizationFailed'});
  await fails(collect(scene.server.client('guess').replicationJobs.list(
                  names.vault, names.group)),
              {statusCode: 401});
  await scene.end();
}

async function pollStyles() {
  for (const style of ['job', 'location']) {
    const scene = await Scene.start(
        ['--type', 'A2A', '--vms', '1', '--poll-style', style]);
    const item = scene.item('vm-001');
    await item.call('unplannedFailover', inputs.unplannedFailover('A2A'));
    await item.call('failoverCommit');
    await scene.end();
  }
}

async function failures() {
  const scene = await Scene.start(['--type', 'A2A', '--vms', '1']);
  const item = scene.item('vm-001');
  await scene.server.ask('POST', '/fake/failures', {
    item: 'vm-001', action: 'unplannedFailover', code: '78093',
    message: 'It is not running.',
  });
  await fails(item.call('unplannedFailover', inputs.unplannedFailover('A2A')),
              {message: /78093/});
  await item.becomes('Protected');
  await scene.end();
}

// What the SDK does when something goes wrong before the effect: it tries
// again, and all is well.
async function faultsBefore() {
  for (const fate of ['throttled', 'error-before', 'dropped-before']) {
    const scene = await Scene.start(
        ['--type', 'A2A', '--vms', '1', '--retry-after',
         fate === 'throttled' ? '1' : '0']);
    await scene.fault(fate);
    await scene.item('vm-001').call('unplannedFailover',
                                    inputs.unplannedFailover('A2A'));
    await scene.expectNothingDoubled();
    await scene.end();
  }
}

// And after it: the answer to the POST is lost, the SDK posts again.
async function faultsAfter(report) {
  for (const fate of ['dropped-after', 'error-after']) {
    for (const conflict of [false, true]) {
      // Slowly: the second POST has to meet the first failover.
      const scene = await Scene.start(['--type', 'A2A', '--vms', '1',
                                       '--speed', '120',
                                       ...(conflict ? ['--conflict'] : [])]);
      await scene.fault(fate);
      let outcome = 'it says that all is well';
      try {
        await scene.item('vm-001').call('unplannedFailover',
                                        inputs.unplannedFailover('A2A'));
      } catch (error) {
        outcome = `it says ${error.statusCode} ${error.code}`;
      }
      const posts = scene.requests.filter(
          (request) => request.method === 'POST');
      const effects = (await scene.server.ledger())
                          .filter((e) => e.action === 'unplannedFailover');
      report.push({
        fate,
        service: conflict ? 'answers 409' : 'begins again',
        posts: posts.length,
        begun: effects.length,
        doubled: effects.filter((e) => e.doubled).length,
        outcome,
        ledger: effects,
      });
      expect(posts.length === 2, `the SDK posts twice, not ${posts.length}`);
      expect(effects.length === (conflict ? 1 : 2),
             `${effects.length} failovers begun`);
      await scene.end();
    }
  }
}

const all = [['lists, pages and filters', lists]];
for (const type of TYPES) {
  all.push([`there and back: ${type}`, () => cycle(type)]);
}
all.push(['unplanned failover: HyperVReplicaAzure', unplannedHyperV]);
for (const type of TESTED) {
  all.push([`test failover and cleanup: ${type}`, () => test(type)]);
}
all.push(['cancel', cancel], ['repair of replication', repair]);
for (const type of TYPES) all.push([`plan: ${type}`, () => plan(type)]);
all.push(
    ['unplanned plan: HyperVReplicaAzure', unplannedHyperVPlan],
    ['reprotection before the agent', agent],
    ['a reader, and a wrong token', access],
    ['older styles of polling', pollStyles],
    ['an operation that fails', failures],
    ['faults before the effect', faultsBefore],
    ['faults after the effect', faultsAfter]);

module.exports = {all};
