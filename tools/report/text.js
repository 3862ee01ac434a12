// Texts: what the page says, made of the numbers that it is given. Every text
// goes into the page as a text node, made visible where it would hide.
'use strict';

const data = typeof document === 'undefined' ?
    globalThis.reportData :
    JSON.parse(document.getElementById('data').textContent);

const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SELECTED = 7;

// Controls, what cannot be seen, and what turns the writing direction.
const UNSAFE = new RegExp(
    '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u17b4' +
        '\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f' +
        '\\u3164\\ufe00-\\ufe0f\\ufeff\\ufff0-\\ufffb]|' +
        '[\\u{e0000}-\\u{10ffff}]',
    'gu');

function visible(text) {
  return String(text).replace(
      UNSAFE, (c) => '\\u{' + c.codePointAt(0).toString(16).padStart(4, '0') +
          '}');
}

// Keeps what belongs together on one line.
const unbroken = (text) => text.replaceAll(' ', '\u00a0');

const two = (n) => String(n).padStart(2, '0');

// "2h 03m 04s"; the exact length below a second.
function duration(nanos) {
  if (nanos < 0) return '-' + duration(-nanos);
  if (nanos < SECOND) {
    const digits = (nanos / SECOND).toFixed(9).replace(/\.?0+$/, '');
    return digits + 's';
  }
  const seconds = Math.floor(nanos / SECOND);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours > 0) {
    return unbroken(`${hours}h ${two(minutes)}m ${two(seconds % 60)}s`);
  }
  return minutes > 0 ? unbroken(`${minutes}m ${two(seconds % 60)}s`) :
                       `${seconds}s`;
}

// "3d 4h", "2h 30m", "45m": for axes.
function roughly(nanos) {
  const parts = [];
  for (const [size, unit] of [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'm']]) {
    const n = Math.floor(nanos / size);
    if (n > 0) parts.push(n + unit);
    nanos -= n * size;
  }
  if (parts.length === 0) return nanos < SECOND ? '0' : duration(nanos);
  return unbroken(parts.slice(0, 2).join(' '));
}

// How many seconds the zone is off UTC.
function offsetAt(seconds) {
  let offset = data.shifts[0][1];
  for (const [from, next] of data.shifts) {
    if (from > seconds) break;
    offset = next;
  }
  return offset;
}

// The civil time of an instant in the zone of the report.
function civil(nanos) {
  const seconds = data.base + Math.floor(nanos / SECOND);
  const offset = offsetAt(seconds);
  const iso = new Date((seconds + offset) * 1000).toISOString();
  return {
    date: iso.slice(0, -14), clock: iso.slice(-13, -5),
    seconds: seconds + offset, offset,
  };
}

// "2026-03-01 01:30:00Z", or with the offset of the zone.
function time(nanos) {
  const at = civil(nanos);
  if (data.zone === 'UTC') return `${at.date} ${at.clock}Z`;
  const minutes = Math.floor(Math.abs(at.offset) / 60);
  const zone = `${at.offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${
      two(minutes % 60)}`;
  return `${at.date} ${at.clock}${zone}`;
}

function number(n) {
  return n.toLocaleString('en');
}

function count(n, noun) {
  return `${number(n)} ${noun}${n === 1 ? '' : 's'}`;
}

// "99.95 %"; what is not quite all is never said to be all.
function share(part, whole) {
  if (!(whole > 0)) return '-';
  const percent = 100 * part / whole;
  if (percent === 0 || percent === 100) return percent + ' %';
  if (percent < 0.01) return '< 0.01 %';
  if (percent > 99.99) return '> 99.99 %';
  return percent.toFixed(percent < 1 || percent > 99 ? 2 : 1) + ' %';
}

// A word of the shell that means `text` and nothing else.
function shellWord(text) {
  if (/^[A-Za-z0-9_.:\/@%+=,][A-Za-z0-9_.:\/@%+=,-]*$/.test(text)) return text;
  return "'" + String(text).replaceAll("'", "'\\''") + "'";
}

function vmLabel(vm) {
  return vm[1] || vm[0];
}

// What a unit is called: its group, or its machine.
function unitLabel(unit) {
  return unit.group ? unit.name || unit.group : vmLabel(unit.vms[0]);
}

function unitId(unit) {
  return unit.group || unit.vms[0][0];
}

function unitCommand(unit) {
  const flag = unit.group ? '--group' : '--vm';
  return `rline report ${flag} ${shellWord(unitId(unit))} ...`;
}

// "surviving points" or what else the past is known from, in words.
function basis() {
  return data.observed ? 'from the points that were observed' :
                         'from the points that survive';
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === 'function') {
      node.addEventListener(name, value);
    } else if (value !== undefined && value !== null) {
      node.setAttribute(name, value);
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === '') continue;
    node.append(child instanceof Node ? child : visible(child));
  }
  return node;
}

// An element; a function as an attribute listens to the event of that name.
function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(
      document.createElementNS('http://www.w3.org/2000/svg', tag), attributes,
      children);
}

// A name that a stranger chose, with all of it to read where it is cut.
function named(text, className) {
  return el('bdi', {class: className || 'name', title: visible(text)}, text);
}
