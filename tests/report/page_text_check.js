// What the page's script says, without a browser.
//
//   node page_text_check.js PAGE.js CASES.json
//
// A case is ["length" or "time", nanoseconds, text]; times are in Berlin, with
// the base 2026-03-01T12:00:00Z. Exits 1 where the page says something else.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const vm = require('node:vm');

const [pageFile, casesFile] = process.argv.slice(2);
const lastSundays = [];
for (let year = 2024; year < 2030; ++year) {
  for (const [month, offset] of [[2, 7200], [9, 3600]]) {
    const day = new Date(Date.UTC(year, month, 31, 1));
    day.setUTCDate(31 - day.getUTCDay());
    lastSundays.push([day.getTime() / 1000, offset]);
  }
}
const context = vm.createContext({
  reportData: {
    base: 1772366400, zone: 'Europe/Berlin',
    shifts: [[0, 3600], ...lastSundays], start: 0, end: 1e12,
  },
});
vm.runInContext(fs.readFileSync(pageFile, 'utf8'), context);
const call = (expression) => vm.runInContext(expression, context);
const plain = (text) => text.replaceAll('\u00a0', ' ');

for (const [kind, nanos, text] of JSON.parse(fs.readFileSync(casesFile))) {
  const said = call(`${kind === 'time' ? 'time' : 'duration'}(${nanos})`);
  assert.equal(plain(said), text, `${kind} ${nanos}`);
}

assert.equal(plain(call('duration(-61e9)')), '-1m 01s');
assert.equal(plain(call('roughly(93784e9)')), '1d 2h');
assert.equal(call('share(0, 5)'), '0 %');
assert.equal(call('share(5, 5)'), '100 %');
assert.equal(call('share(99999, 100000)'), '> 99.99 %');
assert.equal(call('share(1, 100000)'), '< 0.01 %');
assert.equal(call('share(1, 0)'), '-');
assert.equal(call(`visible('a\\u202eb\\u0007\\u2028\\u{e0001}<b>')`),
             'a\\u{202e}b\\u{0007}\\u{2028}\\u{e0001}<b>');
assert.equal(call(`shellWord('web-1')`), 'web-1');
assert.equal(call(`shellWord('-web')`), `'-web'`);
assert.equal(call(`shellWord("a'b $(c)")`), `'a'\\''b $(c)'`);
assert.deepEqual(Array.from(call('unpacked([5, 1, 2])')), [5, 6, 8]);
// Fate and consistency of each letter.
assert.equal(call(`decoded('A').fate + ',' + decoded('z').fate`), '0,12');
assert.equal(call(`decoded('N').consistency + ',' + decoded('z').consistency`),
             '1,3');
// Ticks are round in the zone: midnight in Berlin is 23:00 or 22:00 UTC.
const ticks = Array.from(call('timeTicks(0, 5 * DAY)'));
assert.ok(ticks.length > 2 && ticks.length < 10, ticks);
assert.equal(call(`civil(${ticks[0]}).clock`), '00:00:00');
// The clocks change on 29 March.
const days = Array.from(call('timeTicks(25 * DAY, 31 * DAY)'));
assert.ok(days.length > 4, days);
for (const day of days) {
  assert.equal(call(`civil(${day}).clock`), '00:00:00');
}
