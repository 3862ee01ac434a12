// One unit, opened: what was chosen and why, the two figures, the worst gap and
// who caused it, what is coming, and all of it as tables.
'use strict';

const GUARANTEES = [
  '', 'held together by one consistency marker',
  'held together by capture times alone, without a shared marker',
  'its VMs are not consistent with each other',
];

function section(title, ...children) {
  return el('section', {class: 'part'}, el('h4', {}, title), ...children);
}

function blockingList(unit, blocking) {
  return el('ul', {}, blocking.slice(0, 20).map(([vm, gain]) => el(
      'li', {}, named(vmLabel(unit.vms[vm] || ['?'])),
      gain === undefined ? ': without it there would be a choice' :
                           `: without it ${duration(gain)} newer`)),
      blocking.length > 20 ?
          el('li', {}, `and ${number(blocking.length - 20)} more`) :
          null);
}

function chosenText(unit) {
  if (unit.outcome !== SELECTED) {
    return [
      el('strong', {}, 'No choice'),
      `: ${data.words.reasons[unit.outcome]}.`,
    ];
  }
  const rules = data.words.rules;
  const text = [
    'Goes back to ', el('strong', {}, time(unit.earliest)),
  ];
  if (data.incident !== undefined) {
    const age = duration(data.decided - unit.earliest);
    text.push(`, ${age} before the decision`);
  }
  if (unit.latest !== undefined) {
    text.push(` (its VMs lie ${duration(unit.latest - unit.earliest)} apart)`);
  }
  text.push(`; data loss ${duration(unit.loss)}`);
  if (unit.over) text.push(el('strong', {}, ', over the objective'));
  text.push(`. Rule ${unit.rule + 1} of ${rules.length}: ${rules[unit.rule]}`);
  if (unit.guarantee && unit.vms.length > 1) {
    text.push(`; ${GUARANTEES[unit.guarantee]}`);
  }
  return text.concat('.');
}

// Why no better point was taken, of all machines together.
function refusedText(unit) {
  const sums = new Map();
  for (const row of unit.history.points) {
    for (const [reason, n] of row.refused || []) {
      sums.set(reason, (sums.get(reason) || 0) + n);
    }
  }
  if (sums.size === 0) {
    return unit.outcome === SELECTED ? 'No point is better than the chosen.' :
                                       'No point was judged.';
  }
  const parts = Array.from(sums).sort((a, b) => b[1] - a[1])
                    .map(([reason, n]) =>
                             `${number(n)} ${data.words.rejections[reason]}`);
  const better = unit.outcome === SELECTED ? 'Better points refused' :
                                             'Points refused';
  return `${better}: ${parts.join('; ')}.`;
}

function choicePart(unit) {
  const blocking = unit.blocking || [];
  return section(
      'The choice', el('p', {}, chosenText(unit)),
      unit.history ? el('p', {}, refusedText(unit)) : null,
      blocking.length > 0 ?
          el('p', {}, unit.outcome === SELECTED ? 'Held back by:' :
                                                  'Made impossible by:') :
          null,
      blocking.length > 0 ? blockingList(unit, blocking) : null);
}

function gapPart(unit) {
  const gap = unit.gap;
  if (!gap) return null;
  const selected = gap.outcome === SELECTED;
  const what = selected ?
      `At worst the choice was ${duration(gap.age)} old, ${basis()}: it ` +
          `stood from ${time(gap.start)} to ${time(gap.end)}.` :
      `The longest time without a choice, ${basis()}: ${
          duration(gap.end - gap.start)}, from ${time(gap.start)} to ${
          time(gap.end)}; ${data.words.reasons[gap.outcome]}.`;
  const alone = unit.vms.length > 1 ?
      'No single VM caused it: without any one of them it would have been ' +
          'the same.' :
      null;
  return section(
      'The worst gap and its cause', el('p', {}, what),
      gap.blocking ? blockingList(unit, gap.blocking) :
      alone        ? el('p', {}, alone) :
                     null);
}

function forecastText(unit) {
  const {weaker, none, choice} = unit.forecast;
  if (choice !== undefined) {
    return `There is a choice from ${time(choice)} on, by points that are ` +
        'not available yet.';
  }
  if (weaker === undefined && none === undefined) {
    return unit.outcome === SELECTED ?
        'If no new point comes, the choice stays and grows older: none of ' +
            'its points expires.' :
        'If no new point comes, there will be none.';
  }
  const parts = [];
  if (weaker !== undefined) {
    parts.push(`falls to a weaker rule at ${time(weaker)}`);
  }
  if (none !== undefined) parts.push(`has no choice from ${time(none)} on`);
  return `If no new point comes, it ${parts.join(', and ')}.`;
}

function forecastPart(unit) {
  const keep = unit.forecast.keep || [];
  const shown = keep.slice(0, 50);
  return section(
      'What is coming', el('p', {}, forecastText(unit)),
      keep.length > 0 ?
          tableOf(
              `Points to keep, to keep this choice (${number(keep.length)})`,
              ['VM', 'Expires', 'Recovery point'],
              shown.map(([vm, at]) => [
                named(vmLabel(unit.vms[vm])), time(at),
                named(unit.vms[vm][2], 'id'),
              ])) :
          null);
}

// A small table that is there at once.
function tableOf(caption, heads, rows) {
  return el(
      'div', {class: 'wide', tabindex: '0', role: 'group',
              'aria-label': caption},
      el('table', {class: 'small'}, el('caption', {}, caption),
         el('thead', {}, el('tr', {}, heads.map(
             (head) => el('th', {scope: 'col'}, head)))),
         el('tbody', {}, rows.map((row) => el(
             'tr', {}, row.map((cell, i) => i === 0 ?
                 el('th', {scope: 'row'}, cell) : el('td', {}, cell)))))));
}

// A table that is made when it is opened, a page of rows at a time.
function lazyTable(summary, heads, count, rowAt) {
  const body = el('div', {});
  let shown = 0;
  const more = () => {
    shown = Math.min(count, shown + 100);
    const rows = Array.from({length: shown}, (unused, i) => rowAt(i));
    const left = count - shown;
    body.replaceChildren(
        tableOf(summary, heads, rows),
        ...(left > 0 ? [el('button', {type: 'button', click: more},
                           `Show ${number(Math.min(100, left))} more of ${
                               number(left)}`)] : []));
  };
  const fillOnce = () => {
    if (shown === 0) more();
  };
  const details = el('details', {toggle: fillOnce},
                     el('summary', {}, `${summary} (${number(count)})`), body);
  // For paper; the event comes too late.
  details.openNow = () => {
    fillOnce();
    details.open = true;
  };
  return details;
}

function vmTable(unit) {
  const row = (vm) => {
    const [id, , point, later, consistency, cost] = vm;
    const name = named(vmLabel(vm));
    if (point === undefined) return [name, named(id, 'id'), '-', '-', '-', '-'];
    return [
      name, named(id, 'id'), time(unit.earliest + later),
      data.words.consistencies[consistency],
      cost > 0 ? duration(cost) : '0s', named(point, 'id'),
    ];
  };
  return lazyTable(
      'VMs and their points',
      ['VM', 'Id', 'Captured', 'Consistency', 'Price of consistency',
       'Recovery point'],
      unit.vms.length, (i) => row(unit.vms[i]));
}

function stepTable(unit) {
  const steps = stepsOf(unit).reverse();
  return lazyTable(
      'Steps of the choice, newest first',
      ['From', 'To', 'Rule or why none', 'Captured', 'Age at the end'],
      steps.length, (i) => {
        const step = steps[i];
        const head = [time(step.begin), time(step.end)];
        if (!hasChoice(step)) {
          return head.concat(data.words.outcomes[-step.rule], '-', '-');
        }
        return head.concat(
            data.words.rules[step.rule], time(step.begin - step.age),
            duration(ageAtEnd(step)));
      });
}

function pointTable(unit) {
  const points = pointsOf(unit).flatMap(
      (row, i) => row.map((point) => ({...point, vm: unit.vms[i]})));
  points.sort((a, b) => b.at - a.at);
  return lazyTable(
      'Points, newest first', ['Captured', 'VM', 'Consistency', 'Fate'],
      points.length, (i) => {
        const {at, vm, consistency, fate} = points[i];
        return [
          time(at), named(vmLabel(vm)), data.words.consistencies[consistency],
          fateWords(fate),
        ];
      });
}

// Says of how many points the drawing is short.
function leftOutText(unit) {
  const all = unit.history.points.reduce((sum, row) => sum + row.all, 0);
  const drawn =
      unit.history.points.reduce((sum, row) => sum + row.is.length, 0);
  if (drawn === all) return null;
  return el('p', {class: 'note'},
            `Drawn are the newest ${number(drawn)} of ${number(all)} points. ` +
                'All of them: ',
            el('code', {}, unitCommand(unit)));
}

function unitView(unit) {
  const parts = [choicePart(unit)];
  if (unit.history) {
    parts.push(lineFigure(unit), leftOutText(unit), ageFigure(unit));
  } else {
    parts.push(el('p', {class: 'note'},
                  'Its drawings were left out to keep this page small. ' +
                      'With them: ',
                  el('code', {}, unitCommand(unit))),
               el('p', {}, ageSentence(unit)));
  }
  parts.push(gapPart(unit), forecastPart(unit), vmTable(unit));
  if (unit.history) parts.push(stepTable(unit), pointTable(unit));
  return el('div', {class: 'unit'}, parts);
}
