// Browser: a headless Chromium that is spoken to through a pipe, for tests.
//
//   const browser = new Browser('chromium', userDirectory);
//   const page = await browser.openPage();
//   await page.load('file:///.../report.html', 'dark');
//   await page.evaluate('document.title');
//   page.complaints;                         // errors and requests, if any
//   browser.close();
'use strict';

const {spawn} = require('node:child_process');

class Page {
  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    this.complaints = [];
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  heard(method, params) {
    if (method === 'Runtime.exceptionThrown') {
      const {text, exception} = params.exceptionDetails;
      this.complaints.push(`${text} ${exception?.description || ''}`);
    } else if (method === 'Log.entryAdded') {
      this.complaints.push(`${params.entry.level}: ${params.entry.text}`);
    } else if (method === 'Runtime.consoleAPICalled') {
      const texts = params.args.map((arg) => arg.value ?? arg.description);
      this.complaints.push(`console.${params.type}: ${texts.join(' ')}`);
    } else if (method === 'Page.javascriptDialogOpening') {
      this.complaints.push(`a dialog: ${params.message}`);
      this.send('Page.handleJavaScriptDialog', {accept: false});
    } else if (method === 'Network.requestWillBeSent' &&
               params.request.url !== this.url) {
      this.complaints.push(`asks for ${params.request.url}`);
    } else if (method === 'Page.loadEventFired') {
      this.loaded?.();
    }
  }

  async load(url, scheme) {
    this.url = url;
    await this.send('Emulation.setEmulatedMedia', {
      features: [{name: 'prefers-color-scheme', value: scheme}],
    });
    const loaded = new Promise((resolve) => {
      this.loaded = resolve;
    });
    await this.send('Page.navigate', {url});
    await loaded;
  }

  async evaluate(expression) {
    const {result, exceptionDetails} = await this.send('Runtime.evaluate', {
      expression, returnByValue: true, awaitPromise: true,
    });
    if (exceptionDetails) {
      throw new Error(`${expression}: ${
          exceptionDetails.exception?.description || exceptionDetails.text}`);
    }
    return result.value;
  }

  async screenshot(width, height) {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width, height, deviceScaleFactor: 1, mobile: false,
    });
    const {data} = await this.send('Page.captureScreenshot', {format: 'png'});
    return Buffer.from(data, 'base64');
  }

  async pdf() {
    const {data} = await this.send('Page.printToPDF', {printBackground: true});
    return Buffer.from(data, 'base64');
  }
}

class Browser {
  constructor(program, directory) {
    this.process = spawn(program, [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run',
      '--disable-dev-shm-usage', '--disable-extensions',
      '--disable-background-networking', '--disable-component-update',
      '--hide-scrollbars', `--user-data-dir=${directory}`,
      '--remote-debugging-pipe',
    ], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
    this.waiting = new Map();
    this.pages = new Map();
    this.next = 1;
    let rest = '';
    this.process.stdio[4].setEncoding('utf8');
    this.process.stdio[4].on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.heard(JSON.parse(message));
    });
    this.process.on('exit', () => {
      for (const {reject} of this.waiting.values()) {
        reject(new Error('the browser has ended'));
      }
    });
  }

  heard({id, result, error, method, params, sessionId}) {
    if (id === undefined) {
      this.pages.get(sessionId)?.heard(method, params);
      return;
    }
    const {resolve, reject} = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) {
      reject(new Error(error.message));
    } else {
      resolve(result);
    }
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.next++;
    this.process.stdio[3].write(
        JSON.stringify({id, method, params, sessionId}) + '\0');
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {resolve, reject});
    });
  }

  async openPage() {
    const {targetId} =
        await this.send('Target.createTarget', {url: 'about:blank'});
    const {sessionId} =
        await this.send('Target.attachToTarget', {targetId, flatten: true});
    const page = new Page(this, sessionId);
    this.pages.set(sessionId, page);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) {
      await page.send(`${domain}.enable`);
    }
    return page;
  }

  close() {
    this.process.kill();
  }
}

module.exports = {Browser};
