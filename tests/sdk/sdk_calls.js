// The SDK's method for each POST, by what it is posted to and the action.
//
//   await call(client, {scope: 'item', action: 'failoverCommit', names}, body,
//              options);
//
// `names`: vault, group, and fabric, container, item or plan.

'use strict';

const ITEM = {
  plannedFailover: 'beginPlannedFailoverAndWait',
  unplannedFailover: 'beginUnplannedFailoverAndWait',
  testFailover: 'beginTestFailoverAndWait',
  testFailoverCleanup: 'beginTestFailoverCleanupAndWait',
  applyRecoveryPoint: 'beginApplyRecoveryPointAndWait',
  failoverCommit: 'beginFailoverCommitAndWait',
  failoverCancel: 'beginFailoverCancelAndWait',
  reProtect: 'beginReprotectAndWait',
  repairReplication: 'beginRepairReplicationAndWait',
};

const PLAN = {
  plannedFailover: ITEM.plannedFailover,
  unplannedFailover: ITEM.unplannedFailover,
  testFailover: ITEM.testFailover,
  testFailoverCleanup: ITEM.testFailoverCleanup,
  failoverCommit: ITEM.failoverCommit,
  failoverCancel: ITEM.failoverCancel,
  reProtect: ITEM.reProtect,
};

const NO_BODY =
    new Set(['failoverCommit', 'failoverCancel', 'repairReplication']);

function call(client, {scope, action, names}, body, options = {}) {
  const args = [names.vault, names.group];
  let group;
  let method;
  if (scope === 'plan') {
    group = client.replicationRecoveryPlans;
    method = PLAN[action];
    args.push(names.plan);
  } else if (scope === 'container') {
    group = client.replicationProtectionContainers;
    method = action.toLowerCase() === 'switchprotection' &&
        'beginSwitchProtectionAndWait';
    args.push(names.fabric, names.container);
  } else {
    group = client.replicationProtectedItems;
    method = ITEM[action];
    args.push(names.fabric, names.container, names.item);
  }
  if (!method) throw new Error(`the SDK has no ${action} of a ${scope}`);
  if (!NO_BODY.has(action) && !(scope === 'plan' && action === 'reProtect')) {
    args.push(body);
  }
  return group[method](...args, {updateIntervalInMs: 10, ...options});
}

// What a path is about; null where it is no POST of ours.
function partsOf(path) {
  const [plain] = path.split('?');
  const parts = plain.split('/').filter(Boolean).map(decodeURIComponent);
  const value = (name) => {
    const at = parts.findIndex(
        (part) => part.toLowerCase() === name.toLowerCase());
    return at < 0 ? undefined : parts[at + 1];
  };
  const names = {
    subscription: value('subscriptions'),
    group: value('resourceGroups'),
    vault: value('vaults'),
    fabric: value('replicationFabrics'),
    container: value('replicationProtectionContainers'),
    item: value('replicationProtectedItems'),
    plan: value('replicationRecoveryPlans'),
  };
  if (!names.vault) return null;
  const scope = names.plan ? 'plan' : names.item ? 'item' : 'container';
  return {scope, action: parts[parts.length - 1], names};
}

// Text that tells calls apart: "item plannedFailover InMageRcmFailback". The
// body's own word for the instance type goes first: Hyper-V's way back has one
// of its own.
function keyOf({scope, action, instanceType, body}) {
  const details = body?.properties?.providerSpecificDetails;
  const first = Array.isArray(details) ? details[0] : details;
  return [scope, action.toLowerCase(), first?.instanceType ?? instanceType]
      .join(' ');
}

module.exports = {call, keyOf, partsOf};
