// Opens reports in headless Chromium, light and dark, and fails on an error, a
// request, a page too large or too slow, a hostile name that is no text, and a
// control that does not do what it says.
//
//   node open_reports.js OUT_DIRECTORY small.html large.html
//
// Screenshots go to OUT_DIRECTORY. CHROMIUM names the browser.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {pathToFileURL} = require('node:url');
const {Browser} = require('./browser.js');

const MOST_BYTES = 5e6;
const MOST_LOAD_MS = 2000;

let failures = 0;

function check(holds, what) {
  if (holds) return;
  failures += 1;
  console.log(`FAILED: ${what}`);
}

const FITS = 'nothing is wider than the page';

// What must hold of any report; expressions of the page.
const TRUTHS = {
  'it has a title': `document.title.includes('Recovery report')`,
  'there is a summary': `document.getElementById('sentence').innerText !== ''`,
  'headings are in order': `(() => {
    let last = 0;
    for (const h of document.querySelectorAll('h1, h2, h3, h4')) {
      const level = Number(h.tagName[1]);
      if (level > last + 2) return false;
      last = level;
    }
    return document.querySelectorAll('h1').length === 1;
  })()`,
  'each drawing is said in words': `Array.from(
      document.querySelectorAll('svg')).every((s) =>
          s.getAttribute('aria-hidden') === 'true' ||
          s.getAttribute('role') === 'img' &&
          s.querySelector('title').textContent !== '' &&
          s.querySelector('desc').textContent !== '')`,
  'each field has a label': `Array.from(
      document.querySelectorAll('input, select')).every((f) =>
          document.querySelector('label[for="' + f.id + '"]'))`,
  'ids are unique': `(() => {
    const ids = Array.from(document.querySelectorAll('[id]'), (e) => e.id);
    return new Set(ids).size === ids.length;
  })()`,
  [FITS]: `document.documentElement.scrollWidth <=
      document.documentElement.clientWidth`,
  'no text is pale': `'' === (() => {
    const light = (rgb) => {
      const [r, g, b] = rgb.match(/[0-9.]+/g).slice(0, 3).map((v) => {
        const c = v / 255;
        return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (e) => {
      for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor;
        if (!/, 0\\)$/.test(c)) return c;
      }
      return 'rgb(255, 255, 255)';
    };
    const pale = Array.from(document.querySelectorAll('body *')).find((e) => {
      if (!Array.from(e.childNodes).some((n) => n.nodeType === 3 &&
          n.data.trim()) ||
          e.closest('script, noscript, :disabled, title, desc, option')) {
        return false;
      }
      const style = getComputedStyle(e);
      const paint = e instanceof SVGElement ? style.fill : style.color;
      const [a, b] = [light(paint), light(ground(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    });
    if (pale) console.error('pale: ' + pale.outerHTML.slice(0, 200));
    return pale ? 'pale' : '';
  })()`,
};

async function checkTruths(page, name) {
  for (const [what, expression] of Object.entries(TRUTHS)) {
    check(await page.evaluate(expression), `${name}: ${what}`);
  }
}

// Opens the worst units with their tables.
async function openUnits(page, most) {
  await page.evaluate(`Array.from(document.querySelectorAll('#worst .open'))
      .slice(0, ${most}).forEach((b) => b.click())`);
  await page.evaluate(`document.querySelectorAll('#worst details').forEach(
      (d) => d.openNow())`);
}

async function checkControls(page, name) {
  const rows =
      `document.querySelectorAll('#units tbody tr:not(.below)').length`;
  const first = `document.querySelector('#units tbody .open').textContent`;
  await page.evaluate(`Array.from(document.querySelectorAll(
      '#units thead button')).find((b) =>
          b.textContent.startsWith('Unit')).click()`);
  const sorted = await page.evaluate(first);
  check(await page.evaluate(`document.querySelector(
      '#units th[aria-sort=ascending]').textContent.startsWith('Unit')`),
        `${name}: the sorted column says so`);
  await page.evaluate(`document.activeElement.click()`);
  check(await page.evaluate(first) !== sorted,
        `${name}: the other order is another`);
  const search = (text) => page.evaluate(`(() => {
    const field = document.getElementById('search');
    field.value = ${JSON.stringify(text)};
    field.dispatchEvent(new Event('input'));
    return ${rows};
  })()`);
  check(await search('no unit is called like that') === 0,
        `${name}: a search finds nothing where nothing is`);
  check(await search(sorted) >= 1, `${name}: a search finds ${sorted}`);
  await search('');
}

async function openReport(browser, file, scheme, out) {
  const name = `${path.basename(file, '.html')}-${scheme}`;
  const bytes = fs.statSync(file).size;
  check(bytes < MOST_BYTES, `${name}: ${bytes} bytes`);
  const page = await browser.openPage();
  await page.load(pathToFileURL(file).href, scheme);
  const load = await page.evaluate(`new Promise((done) => setTimeout(() => done(
      performance.timing.loadEventEnd - performance.timing.navigationStart)))`);
  check(load > 0 && load < MOST_LOAD_MS, `${name}: loads in ${load} ms`);
  console.log(`${name}: ${bytes} bytes, loads in ${load} ms`);
  const shoot = async (what, height, width = 1280) => fs.writeFileSync(
      path.join(out, `${name}-${what}.png`),
      await page.screenshot(width, height));
  await shoot('top', 1400);
  await openUnits(page, 2);
  await checkTruths(page, name);
  await page.evaluate(
      `document.getElementById('worst').scrollIntoView()`);
  await shoot('unit', 1800);
  if (!await page.evaluate(`document.getElementById('units').hidden`)) {
    await checkControls(page, name);
    await page.evaluate(`document.getElementById('units').scrollIntoView()`);
    await shoot('units', 1000);
  }
  if (scheme === 'light') {
    fs.writeFileSync(path.join(out, `${name}.pdf`), await page.pdf());
  }
  await page.evaluate(`window.scrollTo(0, 0)`);
  await shoot('narrow', 1600, 480);
  check(await page.evaluate(TRUTHS[FITS]), `${name}, narrow: ${FITS}`);
  check(page.complaints.length === 0,
        `${name}: ${page.complaints.slice(0, 5).join('; ')}`);
  return page;
}

// The names of tests/report/hostile.textproto stand there as what they are.
async function checkHostile(page) {
  const text = await page.evaluate(`document.body.textContent`);
  for (const name of ['<script>alert(1)</script>', '</script><b>', '<!--',
                      `"'&amp;\\`, '\\u{202e}', '\\u{2028}', '\\u{0007}']) {
    check(text.includes(name), `hostile: ${name} is not there as text`);
  }
  check(await page.evaluate(`document.querySelectorAll('script').length`) === 2,
        'hostile: a script was added');
  check(await page.evaluate(`document.querySelectorAll('main b').length`) === 0,
        'hostile: an element was added');
}

async function main() {
  const [out, ...files] = process.argv.slice(2);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rline_browser.'));
  const browser = new Browser(process.env.CHROMIUM || 'chromium', directory);
  try {
    for (const file of files) {
      for (const scheme of ['light', 'dark']) {
        const page = await openReport(browser, file, scheme, out);
        if (path.basename(file) === 'hostile.html') await checkHostile(page);
      }
    }
  } finally {
    browser.close();
    await new Promise((done) => browser.process.on('exit', done));
    fs.rmSync(directory, {recursive: true, force: true, maxRetries: 5});
  }
  if (failures > 0) process.exit(1);
}

main().catch((error) => {
  console.log(`FAILED: ${error.stack}`);
  process.exit(1);
});
