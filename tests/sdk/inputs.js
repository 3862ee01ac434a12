// What is asked of the SDK, by action and instance type: all that it requires,
// and what a failover that pins its point says.
//
//   inputs.unplannedFailover('InMageRcm', {pointId});

'use strict';

const REVERSED = new Set(['InMage', 'InMageRcmFailback']);

const direction = (type) =>
    REVERSED.has(type) ? 'RecoveryToPrimary' : 'PrimaryToRecovery';

const place = (kind, name) => `/subscriptions/` +
    `00000000-0000-0000-0000-000000000001/resourceGroups/rg-dr/providers/` +
    `Microsoft.${kind}/${name}`;

const network = place('Network/virtualNetworks', 'isolated');
const storage = place('Storage/storageAccounts', 'logs');

function unplannedFailover(type, {pointId} = {}) {
  const details = {instanceType: type};
  if (type === 'InMageRcm') details.performShutdown = 'true';
  if (type === 'InMage') {
    details.recoveryPointType = pointId ? 'Custom' : 'LatestTime';
  }
  if (pointId) details.recoveryPointId = pointId;
  return {
    properties: {
      failoverDirection: direction(type),
      sourceSiteOperations: 'Required',
      providerSpecificDetails: details,
    },
  };
}

function plannedFailover(type, {pointId, back} = {}) {
  const details = {instanceType: type};
  let to = direction(type);
  if (type === 'InMageRcmFailback') {
    details.recoveryPointType = 'CrashConsistent';
  }
  if (back) {
    details.instanceType = 'HyperVReplicaAzureFailback';
    details.dataSyncOption = 'ForSynchronization';
    details.recoveryVmCreationOption = 'NoAction';
    to = 'RecoveryToPrimary';
  }
  if (pointId) details.recoveryPointId = pointId;
  return {
    properties: {failoverDirection: to, providerSpecificDetails: details},
  };
}

function testFailover(type, {pointId} = {}) {
  const details = {instanceType: type};
  if (pointId) details.recoveryPointId = pointId;
  return {
    properties: {
      failoverDirection: direction(type),
      networkType: 'VmNetworkAsInput',
      networkId: network,
      providerSpecificDetails: details,
    },
  };
}

function testFailoverCleanup() {
  return {properties: {comments: 'done'}};
}

function applyRecoveryPoint(type, {pointId}) {
  const details = {instanceType: type};
  if (type === 'InMageRcm') details.recoveryPointId = pointId;
  return {
    properties: {recoveryPointId: pointId, providerSpecificDetails: details},
  };
}

const REPROTECT = {
  InMageRcm: {
    reprotectAgentId: '11111111-1111-4111-8111-111111111111',
    datastoreName: 'datastore-1',
    logStorageAccountId: storage,
  },
  InMageRcmFailback: {
    processServerId: '22222222-2222-4222-8222-222222222222',
    policyId: 'policy-1',
  },
  InMage: {
    masterTargetId: 'mt-1',
    processServerId: 'ps-1',
    retentionDrive: '/mnt/retention',
    profileId: 'policy-1',
  },
  InMageAzureV2: {
    masterTargetId: 'mt-1',
    processServerId: 'ps-1',
    storageAccountId: storage,
    policyId: 'policy-1',
  },
  HyperVReplicaAzure: {hvHostVmId: 'vm', vmName: 'vm', osType: 'Linux'},
};

function reProtect(type) {
  return {
    properties: {
      failoverDirection: REVERSED.has(type) ? 'PrimaryToRecovery' :
                                              'RecoveryToPrimary',
      providerSpecificDetails: {instanceType: type, ...REPROTECT[type]},
    },
  };
}

function switchprotection(item, containerId) {
  return {
    properties: {
      replicationProtectedItemName: item,
      providerSpecificDetails: {
        instanceType: 'A2A',
        recoveryContainerId: containerId,
        policyId: 'policy-1',
        vmManagedDisks: [{
          diskId: 'disk-0',
          primaryStagingAzureStorageAccountId: storage,
          recoveryResourceGroupId: '/subscriptions/s/resourceGroups/rg-dr',
        }],
      },
    },
  };
}

// Of a plan.
function planDetails(type) {
  switch (type) {
    case 'A2A':
      return {
        instanceType: type,
        recoveryPointType: 'LatestProcessed',
        multiVmSyncPointOption: 'UseMultiVmSyncRecoveryPoint',
      };
    case 'InMage':
      return {instanceType: type, recoveryPointType: 'LatestTime'};
    case 'InMageRcmFailback':
      return {
        instanceType: type,
        recoveryPointType: 'ApplicationConsistent',
        useMultiVmSyncPoint: 'true',
      };
    case 'HyperVReplicaAzure':
      return {instanceType: type, recoveryPointType: 'LatestProcessed'};
    case 'HyperVReplicaAzureFailback':
      return {
        instanceType: type,
        dataSyncOption: 'ForSynchronization',
        recoveryVmCreationOption: 'NoAction',
      };
    default:
      return {
        instanceType: type,
        recoveryPointType: 'LatestProcessed',
        useMultiVmSyncPoint: 'true',
      };
  }
}

function planFailover(action, type) {
  const properties = {
    failoverDirection: type === 'HyperVReplicaAzureFailback' ?
        'RecoveryToPrimary' :
        direction(type),
    providerSpecificDetails: [planDetails(type)],
  };
  if (action === 'unplannedFailover') {
    properties.sourceSiteOperations = 'Required';
  }
  if (action === 'testFailover') {
    properties.networkType = 'VmNetworkAsInput';
    properties.networkId = network;
  }
  return {properties};
}

module.exports = {
  unplannedFailover,
  plannedFailover,
  testFailover,
  testFailoverCleanup,
  applyRecoveryPoint,
  reProtect,
  switchprotection,
  planFailover,
};
