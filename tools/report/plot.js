// Plots: scales and axes that the figures share.
'use strict';

const STEPS = [
  SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE,
  30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY,
  7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 3650 * DAY, 36500 * DAY,
];
const PLOT_WIDTH = 960;
const PLOT_RIGHT = 930;

let plotCount = 0;

// An id that no other element of the page has.
function freshId(word) {
  plotCount += 1;
  return `${word}-${plotCount}`;
}

function stepFor(length, most) {
  return STEPS.find((step) => length / step <= most) || STEPS.at(-1);
}

function scale(from, to, first, last) {
  const length = to > from ? to - from : 1;
  return (value) => first + (value - from) / length * (last - first);
}

// Instants of [from, to] that are round in the zone of the report.
function timeTicks(from, to) {
  const step = stepFor(to - from, 8);
  const shiftAt = (at) => (civil(at).offset + data.base) * SECOND;
  const ticks = [];
  // What clocks there show; the zone may change while they go on.
  let shown = Math.ceil((from + shiftAt(from)) / step) * step;
  for (; ticks.length < 20; shown += step) {
    const at = shown - shiftAt(shown - shiftAt(from));
    if (at > to) return ticks;
    if (at >= from && !(at <= ticks.at(-1))) ticks.push(at);
  }
  return ticks;
}

const MONTHS = [
  'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov',
  'Dec',
];

// "06:00", "1 Mar", and the year where years pass.
function tickLabel(at, length) {
  const {date, clock} = civil(at);
  const [year, month, day] = date.split('-').slice(-3);
  if (length > 365 * DAY) return `${MONTHS[month - 1]} ${year}`;
  if (clock === '00:00:00' || length > 10 * DAY) {
    return `${Number(day)} ${MONTHS[month - 1]}`;
  }
  return length < 10 * MINUTE ? clock : clock.slice(0, 5);
}

// The axis of time at `y`, with lines up to `top`.
function timeAxis(from, to, x, y, top) {
  const group = svg('g', {class: 'axis'});
  for (const at of timeTicks(from, to)) {
    const place = x(at).toFixed(1);
    group.append(
        svg('line', {class: 'grid', x1: place, x2: place, y1: top, y2: y}),
        svg('text', {x: place, y: y + 16, 'text-anchor': 'middle'},
            tickLabel(at, to - from)));
  }
  return group;
}

function ageAxis(most, y, left, right) {
  const group = svg('g', {class: 'axis'});
  const step = stepFor(most, 5);
  for (let age = 0; age <= most; age += step) {
    const place = y(age).toFixed(1);
    group.append(
        svg('line', {class: 'grid', x1: left, x2: right, y1: place, y2: place}),
        svg('text', {x: left - 8, y: Number(place) + 4, 'text-anchor': 'end'},
            roughly(age)));
  }
  return group;
}

// A line across the plot at an instant, and what happens there.
function momentMark(at, x, top, bottom, label) {
  const place = x(at);
  const flip = place > PLOT_WIDTH - 110;
  return svg(
      'g', {class: 'moment'},
      svg('line', {x1: place, x2: place, y1: top, y2: bottom}),
      svg('text', {
        x: place + (flip ? -5 : 5), y: top + 10,
        'text-anchor': flip ? 'end' : 'start',
      }, label));
}

// The drawing, said in words as well.
function drawing(height, title, text, ...children) {
  const titleId = freshId('title');
  const textId = freshId('text');
  return svg(
      'svg', {
        viewBox: `0 0 ${PLOT_WIDTH} ${height}`, role: 'img',
        'aria-labelledby': `${titleId} ${textId}`,
      },
      svg('title', {id: titleId}, title), svg('desc', {id: textId}, text),
      ...children);
}

function legendEntry(mark, text) {
  return el(
      'li', {},
      svg('svg', {
        viewBox: '0 0 20 14', width: 20, height: 14, 'aria-hidden': 'true',
      }, mark),
      text);
}

// Times that were written as the first and the gaps after it.
function unpacked(gaps) {
  let sum = 0;
  return gaps.map((gap) => sum += gap);
}
