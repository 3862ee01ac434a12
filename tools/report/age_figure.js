// The age of a unit's choice over time: a sawtooth, its objective, and when
// there was no choice at all.
'use strict';

// The steps of a unit with their ends; `age` is that at the begin.
function stepsOf(unit) {
  const begins = unpacked(unit.history.steps.begin);
  return begins.map((begin, i) => ({
    begin, end: i + 1 < begins.length ? begins[i + 1] : data.end,
    rule: unit.history.steps.rule[i], age: unit.history.steps.age[i],
  }));
}

const hasChoice = (step) => step.rule >= 0;
const ageAtEnd = (step) => step.age + step.end - step.begin;

// One path for each rule; the drops between steps belong to it.
function sawtooth(steps, x, y) {
  const paths = new Map();
  steps.forEach((step, i) => {
    if (!hasChoice(step)) return;
    const before = steps[i - 1];
    const joined = before && before.rule === step.rule;
    const rise = `${joined ? 'L' : 'M'}${x(step.begin).toFixed(1)} ${
        y(step.age).toFixed(1)}L${x(step.end).toFixed(1)} ${
        y(ageAtEnd(step)).toFixed(1)}`;
    paths.set(step.rule, (paths.get(step.rule) || '') + rise);
  });
  return Array.from(paths, ([rule, d]) => svg('path', {
    class: rule > 0 ? 'age weaker' : 'age', d,
  }));
}

// What lies under the curve, to be shown above the objective alone.
function areaPath(steps, x, y) {
  return steps.filter(hasChoice).map((step) => {
    const [left, right] = [x(step.begin).toFixed(1), x(step.end).toFixed(1)];
    return `M${left} ${y(0)}L${left} ${y(step.age).toFixed(1)}L${right} ${
        y(ageAtEnd(step)).toFixed(1)}L${right} ${y(0)}z`;
  }).join('');
}

function objectiveMarks(steps, x, y, most) {
  if (data.objective === undefined || data.objective > most) return [];
  const clip = freshId('clip');
  const level = y(data.objective);
  return [
    svg('clipPath', {id: clip}, svg('rect', {
      x: 0, y: 0, width: PLOT_WIDTH, height: level,
    })),
    svg('path', {
      class: 'above', d: areaPath(steps, x, y), 'clip-path': `url(#${clip})`,
    }),
    svg('line', {class: 'objective', x1: 70, x2: PLOT_RIGHT, y1: level,
                 y2: level}),
    svg('text', {class: 'objective-name', x: 76, y: level - 5},
        `objective ${roughly(data.objective)}`),
  ];
}

function absences(steps, x, top, bottom) {
  const hatch = freshId('hatch');
  const bands = steps.filter((step) => !hasChoice(step)).map((step) => {
    const left = x(step.begin);
    return svg('rect', {
      x: left.toFixed(1), y: top, height: bottom - top, fill: `url(#${hatch})`,
      width: Math.max(1, x(step.end) - left).toFixed(1),
    }, svg('title', {}, data.words.outcomes[-step.rule]));
  });
  if (bands.length === 0) return [];
  return [
    svg('pattern', {
      id: hatch, width: 6, height: 6, patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(45)',
    }, svg('line', {class: 'hatch', x1: 0, x2: 0, y1: 0, y2: 6})),
    svg('g', {class: 'absence'}, bands),
  ];
}

function ageSentence(unit) {
  const f = unit.figures;
  const parts = [];
  if (f.worst !== undefined) {
    parts.push(`the age came to ${duration(f.worst)} at worst, at ${
        time(f.until)}, and was ${duration(f.mean)} on average`);
  }
  if (f.percentiles) {
    const [half, most] = f.percentiles;
    parts.push(`it was at most ${duration(half)} half of the time and at most ${
        duration(most)} 95 % of it`);
  }
  if (f.above !== undefined) {
    parts.push(`above the objective for ${duration(f.above)}, ${
        share(f.above, f.with + f.without)} of the time`);
  }
  parts.push(f.without > 0 ? `without a choice for ${duration(f.without)}, ${
                                 share(f.without, f.with + f.without)}` :
                             'never without a choice');
  const text = parts.join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)} (${basis()}).`;
}

function ageLegend(steps) {
  const path = (className) =>
      svg('path', {class: className, d: 'M1 12L12 2V12'});
  const entries = [];
  if (steps.some((step) => step.rule === 0)) {
    entries.push(legendEntry(path('age'), 'age under the first rule'));
  }
  if (steps.some((step) => step.rule > 0)) {
    entries.push(legendEntry(path('age weaker'), 'under a weaker rule'));
  }
  if (steps.some((step) => !hasChoice(step))) {
    entries.push(legendEntry(svg('path', {
      class: 'hatch', d: 'M1 13L8 1M7 13L14 1M13 13L20 1',
    }), 'no choice'));
  }
  return el('ul', {class: 'legend'}, entries);
}

function ageDrawing(unit, steps) {
  const [top, bottom] = [18, 200];
  const from = steps[0].begin;
  const peak = steps.filter(hasChoice).reduce(
      (most, step) => Math.max(most, ageAtEnd(step)), data.objective || 0);
  const most = Math.max(peak * 1.08, MINUTE);
  const x = scale(from, data.end, 70, PLOT_RIGHT);
  const y = scale(0, most, bottom, top);
  return drawing(
      bottom + 24, `Age of the choice for ${unitLabel(unit)} over time`,
      ageSentence(unit), timeAxis(from, data.end, x, bottom, top),
      ageAxis(most, y, 70, PLOT_RIGHT), absences(steps, x, top, bottom),
      objectiveMarks(steps, x, y, most), sawtooth(steps, x, y),
      data.asOf < data.end ?
          [momentMark(data.asOf, x, 4, bottom, 'forecast from here')] :
          []);
}

function ageFigure(unit) {
  const steps = stepsOf(unit);
  if (steps.length === 0) return el('p', {}, 'The span has no length.');
  const left = unit.history.steps.all - steps.length;
  return el(
      'figure', {},
      el('figcaption', {}, el('span', {}, `The age of the choice, ${basis()}`)),
      el('div', {class: 'plot'}, ageDrawing(unit, steps)),
      ageLegend(steps),
      el('p', {}, ageSentence(unit),
         left > 0 ? ` Drawn are the newest ${number(steps.length)} of ${
                        number(unit.history.steps.all)} steps.` :
                    ''));
}
