// Scene: a server, a client, and calls that are recorded with what the server
// saw of them.

'use strict';

const {FakeServer} = require('./fake_server.js');
const {call, partsOf} = require('./sdk_calls.js');
const inputs = require('./inputs.js');

// Every POST that the SDK sent, of all scenes.
const recorded = [];

function expect(holds, what) {
  if (!holds) throw new Error(`expected: ${what}`);
}

async function collect(pages) {
  const entries = [];
  for await (const entry of pages) entries.push(entry);
  return entries;
}

// Waits for an error that looks like `expected`.
async function fails(promise, expected) {
  let error;
  try {
    await promise;
  } catch (caught) {
    error = caught;
  }
  expect(error, `an error ${JSON.stringify(expected)}`);
  for (const [key, value] of Object.entries(expected)) {
    const fits = value instanceof RegExp ? value.test(error[key]) :
                                           error[key] === value;
    expect(fits, `${key} ${value} in ${error.statusCode} ${error.code}: ` +
                     error.message);
  }
}

const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

class Target {
  constructor(scene, scope, names, client) {
    Object.assign(this, {scene, scope, names, client});
  }

  // `type`: of the VMs, where it cannot be read from the item.
  async call(action, body, type) {
    const instanceType =
        type ?? (this.scope === 'plan' ? '' : await this.type());
    this.scene.look();
    try {
      return await call(this.client,
                        {scope: this.scope, action, names: this.names}, body);
    } finally {
      this.scene.record(instanceType);
    }
  }

  async get() {
    const item = await this.client.replicationProtectedItems.get(
        this.names.vault, this.names.group, this.names.fabric,
        this.names.container, this.names.item);
    return item.properties;
  }

  async type() {
    return (await this.get()).providerSpecificDetails.instanceType;
  }

  points() {
    return collect(this.client.recoveryPoints.listByReplicationProtectedItems(
        this.names.vault, this.names.group, this.names.fabric,
        this.names.container, this.names.item));
  }

  async somePoint() {
    for (let i = 0; i < 500; ++i) {
      const points = await this.points();
      if (points.length > 0) return points[0].id;
      await sleep(20);
    }
    throw new Error('no point has come');
  }

  async becomes(state) {
    for (let i = 0; i < 500; ++i) {
      if ((await this.get()).protectionState === state) return;
      await sleep(20);
    }
    throw new Error(`it has not become ${state}`);
  }

  // Waits for the agent, as a person would.
  async reprotect(type) {
    for (let i = 0; i < 500; ++i) {
      try {
        if (type === 'A2A') return await this.switchProtection();
        return await this.call('reProtect', inputs.reProtect(type));
      } catch (error) {
        if (error.code !== '95226') throw error;
      }
      await sleep(20);
    }
    throw new Error('the agent has not registered');
  }

  async switchProtection() {
    const item = await this.get();
    const container =
        new Target(this.scene, 'container', this.names, this.client);
    await container.call(
        'switchprotection',
        inputs.switchprotection(this.names.item, item.recoveryContainerId),
        'A2A');
    const parts = item.recoveryContainerId.split('/');
    this.names = {
      ...this.names,
      fabric: parts[parts.length - 3],
      container: parts[parts.length - 1],
    };
  }
}

class Scene {
  static async start(flags) {
    const scene = new Scene();
    scene.server = await FakeServer.start(flags);
    Scene.open.add(scene.server);
    scene.client = scene.server.client();
    const base = {vault: scene.server.vault, group: scene.server.group};
    scene.places = {};
    for (const item of await collect(scene.client.replicationProtectedItems
                                         .list(base.vault, base.group))) {
      const {names} = partsOf(item.id);
      scene.places[item.name] = {...base, fabric: names.fabric,
                                 container: names.container, item: item.name};
    }
    scene.names = scene.places['vm-001'];
    return scene;
  }

  item(name, client = this.client) {
    return new Target(this, 'item', this.places[name], client);
  }

  plan(name) {
    return new Target(this, 'plan', {...this.names, plan: name}, this.client);
  }

  // The next POST of a failover goes wrong.
  fault(fate) {
    return this.server.ask('POST', '/fake/faults', {
      method: 'POST', pathPart: 'unplannedFailover', fate,
    });
  }

  // Forgets the requests until now.
  look() {
    this.server.newRequests();
  }

  record(instanceType) {
    this.requests = this.server.newRequests();
    for (const request of this.requests) {
      if (request.method !== 'POST') continue;
      const parts = partsOf(request.path);
      if (!parts) continue;
      recorded.push({
        scope: parts.scope,
        action: parts.action,
        instanceType,
        method: request.method,
        path: request.path,
        body: request.body === '' ? null : JSON.parse(request.body),
        status: request.status,
      });
    }
  }

  async expectNothingDoubled() {
    const doubled =
        (await this.server.ledger()).filter((effect) => effect.doubled);
    expect(doubled.length === 0, `nothing twice: ${JSON.stringify(doubled)}`);
  }

  async end() {
    await this.server.stop();
    Scene.open.delete(this.server);
  }
}

// Servers that were not stopped, by a scenario that failed.
Scene.open = new Set();

module.exports = {Scene, collect, expect, fails, recorded};
