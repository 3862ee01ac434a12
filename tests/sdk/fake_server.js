// A fake_arm_server process, and the official SDK's client for it.
//
//   const server = await FakeServer.start(['--type', 'A2A']);
//   const client = server.client();
//   await server.stop();

'use strict';

const {spawn} = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const readline = require('node:readline');
const {SiteRecoveryManagementClient} =
    require('@azure/arm-recoveryservices-siterecovery');

let started = 0;

class FakeServer {
  // `binary` and `directory` are set once for all.
  static async start(flags) {
    const server = new FakeServer();
    const base = path.join(FakeServer.directory, `server-${++started}`);
    server.logFile = `${base}.requests.jsonl`;
    server.seen = 0;
    const all = ['--ca-file', `${base}.ca.pem`, '--request-log',
                 server.logFile, ...flags];
    // An hour a second, and clients may ask at once.
    if (!flags.includes('--speed')) all.push('--speed', '3600');
    if (!flags.includes('--retry-after')) all.push('--retry-after', '0');
    server.process = spawn(FakeServer.binary, all,
                           {stdio: ['ignore', 'pipe', 'inherit']});
    server.ended =
        new Promise((resolve) => server.process.once('exit', resolve));
    const lines = readline.createInterface({input: server.process.stdout});
    const first = await Promise.race([
      new Promise((resolve) => lines.once('line', resolve)),
      server.ended.then((code) => {
        throw new Error(`fake_arm_server ended with ${code}`);
      }),
    ]);
    server.ready = JSON.parse(first);
    server.ca = fs.readFileSync(server.ready.caFile, 'utf8');
    const parts = server.ready.vault.split('/');
    server.subscription = parts[2];
    server.group = parts[4];
    server.vault = parts[8];
    return server;
  }

  // The client as anybody would make it, but for where it goes, whom it trusts
  // and how long it waits before it tries again.
  client(token = this.ready.token) {
    const credential = {
      getToken: async () =>
          ({token, expiresOnTimestamp: Date.now() + 3600 * 1000}),
    };
    return new SiteRecoveryManagementClient(credential, this.subscription, {
      endpoint: this.ready.url,
      $host: this.ready.url,
      tlsOptions: {ca: this.ca},
      retryOptions: {retryDelayInMs: 20},
    });
  }

  // Asks one of the addresses for scripts.
  ask(method, address, body) {
    return new Promise((resolve, reject) => {
      const request = https.request(
          this.ready.url + address, {method, ca: this.ca, agent: false},
          (response) => {
            let text = '';
            response.on('data', (chunk) => text += chunk);
            response.on(
                'end', () => response.statusCode < 300 ?
                    resolve(text) :
                    reject(new Error(`${address}: ${response.statusCode}`)));
          });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async ledger() {
    const text = await this.ask('GET', '/fake/ledger');
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  // The requests since the last time that this was asked.
  newRequests() {
    const lines =
        fs.readFileSync(this.logFile, 'utf8').split('\n').filter(Boolean);
    const fresh = lines.slice(this.seen).map((line) => JSON.parse(line));
    this.seen = lines.length;
    return fresh;
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
  }
}

module.exports = {FakeServer};
