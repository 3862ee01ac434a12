// The recovery line across the machines of a unit: every point of theirs, with
// its fate.
'use strict';

const CHOSEN = 11;
const OLDER = 12;

// A mark for each fate, by its number: never told apart by colour alone.
const MARKS = [
  {shape: 'dot', tone: 'plain'},        // never written
  {shape: 'up', tone: 'purple'},        // not available yet
  {shape: 'cross', tone: 'plain'},      // expired
  {shape: 'right', tone: 'purple'},     // after the target time
  {shape: 'left', tone: 'purple'},      // before the floor
  {shape: 'cross', tone: 'bad'},        // excluded
  {shape: 'tick', tone: 'plain'},       // inconsistent
  {shape: 'half', tone: 'purple'},      // partial disks
  {shape: 'plus', tone: 'bad'},         // not clean
  {shape: 'square', tone: 'doubtful'},  // not pinned
  {shape: 'ring', tone: 'doubtful'},    // not common
  {shape: 'diamond', tone: 'chosen'},   // chosen
  {shape: 'dot', tone: 'plain'},        // older than the chosen
];

const SHAPES = {
  dot: (r) => `m${-r / 2} 0a${r / 2} ${r / 2} 0 1 0 ${r} 0a${r / 2} ${
      r / 2} 0 1 0 ${-r} 0z`,
  ring: (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${
      -2 * r} 0z`,
  tick: (r) => `m0 ${-r}v${2 * r}`,
  cross: (r) => `m${-r} ${-r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`,
  plus: (r) => `m${-r} 0h${2 * r}m${-r} ${-r}v${2 * r}`,
  up: (r) => `m${-r} ${r}h${2 * r}l${-r} ${-2 * r}z`,
  right: (r) => `m${-r} ${-r}v${2 * r}l${2 * r} ${-r}z`,
  left: (r) => `m${r} ${-r}v${2 * r}l${-2 * r} ${-r}z`,
  half: (r) => `m0 ${-r}a${r} ${r} 0 0 0 0 ${2 * r}z`,
  square: (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  diamond: (r) => `m0 ${-1.6 * r}l${1.3 * r} ${1.6 * r}l${-1.3 * r} ${
      1.6 * r}l${-1.3 * r} ${-1.6 * r}z`,
};

// The letter of a point: how consistent it is, and its fate.
function decoded(letter) {
  const code = letter < 'a' ? letter.charCodeAt(0) - 65 :
                              letter.charCodeAt(0) - 97 + 26;
  return {consistency: Math.floor(code / 13), fate: code % 13};
}

function fateWords(fate) {
  if (fate === CHOSEN) return 'chosen';
  if (fate === OLDER) return 'no better than the chosen';
  return data.words.rejections[fate];
}

// The points of a unit, one list a machine, oldest first.
function pointsOf(unit) {
  return unit.history.points.map((row) => {
    const at = unpacked(row.at);
    return Array.from(row.is, (letter, i) => ({at: at[i], ...decoded(letter)}));
  });
}

function markPath(fate, className) {
  return svg('path', {
    class: `mark ${MARKS[fate].shape} ${MARKS[fate].tone}`,
    d: 'M10 7' + SHAPES[MARKS[fate].shape](4), ...className,
  });
}

// Marks of one row, one path for each fate: thousands of points are light.
function rowMarks(points, view, y) {
  const paths = new Map();
  for (const point of points) {
    if (point.at < view.from || point.at > view.to) continue;
    const strong = point.fate === OLDER && point.consistency < 3 ? 2 : 4;
    const {shape, tone} = MARKS[point.fate];
    const key = `mark ${shape} ${tone}`;
    const path = `M${view.x(point.at).toFixed(1)} ${y}${SHAPES[shape](strong)}`;
    paths.set(key, (paths.get(key) || '') + path);
  }
  return Array.from(paths, ([key, d]) => svg('path', {class: key, d}));
}

// The line itself: from machine to machine through what was chosen.
function lineThrough(unit, rows, view) {
  const places = [];
  rows.forEach((points, i) => {
    const chosen = points.find((point) => point.fate === CHOSEN);
    if (chosen) places.push([view.x(chosen.at), view.y(i)]);
  });
  if (places.length < 2) return null;
  const corners = places.map(([x, y]) => `${x.toFixed(1)} ${y}`).join('L');
  // What a marker holds together is drawn through.
  const held = unit.guarantee === 1 ? 'line' : 'line loose';
  return svg('path', {class: held, d: 'M' + corners});
}

// The span about the choice: a third of it older, and what came since.
function nearView(unit) {
  const to = Math.max(data.decided, unit.latest || 0);
  const newest = unit.earliest === undefined ? to : unit.earliest;
  const length = Math.max(to - newest, 2 * HOUR);
  return {from: to - 1.6 * length, to};
}

function wholeView(rows) {
  const all = rows.flat();
  const from = all.reduce((least, p) => Math.min(least, p.at), data.decided);
  const to = all.reduce((most, p) => Math.max(most, p.at), data.decided);
  return {from, to: Math.max(to, from + MINUTE)};
}

function withPlaces(view, count) {
  const rowHeight = count > 40 ? 14 : 22;
  return {
    ...view, rowHeight, count, top: 22,
    x: scale(view.from, view.to, 170, PLOT_RIGHT),
    y: (i) => 22 + rowHeight * (i + 0.5),
    bottom: 22 + rowHeight * count,
  };
}

function cut(text, most) {
  const letters = Array.from(visible(text));
  if (letters.length <= most) return letters.join('');
  return letters.slice(0, most - 1).join('') + '…';
}

function lineSentence(unit, rows) {
  const counts = new Map();
  for (const point of rows.flat()) {
    counts.set(point.fate, (counts.get(point.fate) || 0) + 1);
  }
  const parts = Array.from(counts).sort((a, b) => b[0] - a[0])
                    .map(([fate, n]) => `${number(n)} ${fateWords(fate)}`);
  return `${count(rows.flat().length, 'point')} of ${
      count(rows.length, 'VM')}: ${parts.join('; ')}.`;
}

function lineDrawing(unit, rows, range) {
  const view = withPlaces(range, rows.length);
  const marks = svg('g', {});
  rows.forEach((points, i) => {
    const y = view.y(i);
    marks.append(
        svg('line', {
          class: 'row', x1: 170, x2: PLOT_RIGHT, y1: y, y2: y,
        }),
        svg('text', {class: 'row-name', x: 160, y: y + 4, 'text-anchor': 'end'},
            svg('title', {}, vmLabel(unit.vms[i])),
            cut(vmLabel(unit.vms[i]), 22)),
        ...rowMarks(points, view, y));
  });
  const line = lineThrough(unit, rows, view);
  return {
    view,
    node: drawing(
        view.bottom + 24, `Recovery points of ${unitLabel(unit)}`,
        lineSentence(unit, rows),
        timeAxis(view.from, view.to, view.x, view.bottom, view.top),
        momentMark(data.decided, view.x, 4, view.bottom, 'decision'),
        line ? [line] : [], marks),
  };
}

// Says what is under the pointer.
function followPointer(node, unit, rows, view, output) {
  node.addEventListener('pointermove', (event) => {
    const box = node.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * PLOT_WIDTH;
    const y = (event.clientY - box.top) / box.width * PLOT_WIDTH;
    const i = Math.floor((y - view.top) / view.rowHeight);
    if (!rows[i]) return;
    let best = null;
    for (const point of rows[i]) {
      const far = Math.abs(view.x(point.at) - x);
      if (far < 8 && (!best || far < best.far)) best = {far, point};
    }
    if (!best) return;
    const {at, consistency, fate} = best.point;
    output.textContent = visible(`${vmLabel(unit.vms[i])}: ${time(at)}, ${
        data.words.consistencies[consistency]}, ${fateWords(fate)}`);
  });
}

function lineLegend(rows) {
  const fates = Array.from(new Set(rows.flat().map((point) => point.fate)));
  return el('ul', {class: 'legend'}, fates.sort((a, b) => b - a).map(
      (fate) => legendEntry(markPath(fate), fateWords(fate))));
}

function lineFigure(unit) {
  const rows = pointsOf(unit);
  const frame = el('div', {class: 'plot', tabindex: '0', role: 'group',
                           'aria-label': 'Drawing of the points'});
  const output = el('p', {class: 'under', 'aria-hidden': 'true'},
                    'Point at a mark to read it; the table below has all.');
  const draw = (range) => {
    const {node, view} = lineDrawing(unit, rows, range);
    frame.replaceChildren(node);
    followPointer(node, unit, rows, view, output);
  };
  const choices = [['Around the choice', nearView(unit)],
                   ['All points', wholeView(rows)]];
  const buttons = choices.map(([label, range], i) => el('button', {
    type: 'button', 'aria-pressed': i === 0 ? 'true' : 'false',
    click: (event) => {
      buttons.forEach((b) => b.setAttribute('aria-pressed', 'false'));
      event.currentTarget.setAttribute('aria-pressed', 'true');
      draw(range);
    },
  }, label));
  draw(choices[0][1]);
  return el(
      'figure', {},
      el('figcaption', {}, el('span', {}, 'The recovery line'),
         el('span', {class: 'buttons'}, buttons)),
      frame, output, lineLegend(rows));
}
