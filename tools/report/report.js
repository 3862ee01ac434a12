// The page: a sentence and a few figures first, the worst units, what is
// coming, and then all there is.
'use strict';

const WORST_COUNT = 10;

function put(id, ...children) {
  document.getElementById(id).append(...children.flat().filter(Boolean).map(
      (child) => child instanceof Node ? child : visible(child)));
}

function summarySentence() {
  const {unitCount, withoutCount, overCount} = data;
  const chosen = unitCount - withoutCount;
  const f = data.figures;
  const parts = [];
  if (unitCount === 0) return 'The plan has no unit that the inventory has.';
  parts.push(withoutCount === 0 && data.missingCount === 0 ?
      `All ${count(unitCount, 'unit')} (${count(data.vmCount, 'VM')}) have a ` +
          'recovery point.' :
      `${number(chosen)} of ${count(unitCount, 'unit')} (${
          count(data.vmCount, 'VM')}) have a recovery point; ${
          number(withoutCount)} ${withoutCount === 1 ? 'has' : 'have'} none.`);
  if (data.missingCount > 0) {
    parts.push(`The inventory lacks ${count(data.missingCount, 'VM')} of the ` +
               'plan.');
  }
  if (data.objective !== undefined && chosen > 0) {
    parts.push(overCount === 0 ?
        `No unit loses more than the objective, ${duration(data.objective)}.` :
        `${count(overCount, 'unit')} would lose more than the objective, ${
            duration(data.objective)}.`);
  }
  if (f.worst !== undefined) {
    parts.push(`At worst a choice was ${duration(f.worst)} old (${basis()}).`);
  }
  parts.push(comingSentence());
  return parts.join(' ');
}

function soonest(pick) {
  let best = null;
  for (const unit of data.units) {
    const at = pick(unit);
    if (at !== undefined && (!best || at < best.at)) best = {unit, at};
  }
  return best;
}

function comingSentence() {
  const {weakerCount, noneCount} = data;
  if (weakerCount + noneCount === 0) {
    return 'If no new point comes, no unit falls to a weaker rule or loses ' +
        'its choice.';
  }
  const parts = [];
  if (weakerCount > 0) {
    parts.push(`${count(weakerCount, 'unit')} will fall to a weaker rule, ` +
               `the first at ${time(data.weakerFirst)}`);
  }
  if (noneCount > 0) {
    parts.push(`${count(noneCount, 'unit')} will lose the choice, the first ` +
               `at ${time(data.noneFirst)}`);
  }
  return `If no new point comes, ${parts.join('; ')}.`;
}

function tile(label, value, note, tone) {
  return el('div', {class: tone || ''}, el('dt', {}, label),
            el('dd', {}, value),
            note ? el('dd', {class: 'small'}, note) : null);
}

function drawTiles() {
  const f = data.figures;
  const whole = f.with + f.without;
  const worstLoss = soonest(
      (unit) => unit.outcome === SELECTED ? -unit.loss : undefined);
  const tiles = [
    tile('Units with a choice',
         `${number(data.unitCount - data.withoutCount)} of ${
             number(data.unitCount)}`,
         count(data.vmCount, 'VM'), data.withoutCount > 0 ? 'alarm' : ''),
    tile('Worst data loss now', data.lossWorst === undefined ?
             '-' : duration(data.lossWorst),
         worstLoss && -worstLoss.at === data.lossWorst ?
             unitLabel(worstLoss.unit) : '',
         data.overCount > 0 ? 'alarm' : ''),
    tile('Worst age', f.worst === undefined ? '-' : duration(f.worst),
         f.worst === undefined ? '' : time(f.until)),
    tile('Mean age', f.mean === undefined ? '-' : duration(f.mean),
         f.mean === undefined ? '' : 'while there was a choice'),
  ];
  if (data.objective !== undefined) {
    tiles.push(tile(
        'Within the objective', share(f.with - (f.above || 0), whole),
        `of the time of all units; ${roughly(data.objective)}`));
  }
  tiles.push(tile('Without a choice', share(f.without, whole),
                  'of the time of all units'));
  put('tiles', tiles);
}

function drawHead() {
  const title = data.planName || data.plan || 'All VMs of the inventory';
  document.title = visible(title) + ' · Recovery report';
  document.getElementById('title').replaceChildren(named(title));
  const asked = [
    `Plan for ${data.words.purpose}, decided at ${time(data.decided)}`,
    data.words.option ? `option ${data.words.option}` : 'rules of its own',
    `span ${time(data.start)} to ${time(data.end)}`,
  ];
  if (data.target !== undefined) asked.push(`wanted by ${time(data.target)}`);
  if (data.incident !== undefined) {
    asked.push(`incident at ${time(data.incident)}`);
  }
  if (data.planUnits) {
    asked.push(`${number(data.unitCount)} of ${
        count(data.planUnits, 'unit')} of the plan`);
  }
  put('asked', asked.join(' · '));
}

function drawWorst() {
  const worst = data.units.slice(0, WORST_COUNT);
  if (data.unitCount <= WORST_COUNT) {
    document.getElementById('worst-heading').textContent = 'The units';
  }
  put('worst',
      el('p', {}, 'First those without a choice now, then those that had none ',
         'for longest, then those whose choice grew oldest. Open one to see ',
         'its recovery line, its age and who holds it back.'),
      plainUnitTable('The worst units', worst));
}

function gapRow(unit) {
  const gap = unit.gap;
  const [vm, gain] = (gap.blocking || [[]])[0];
  return [
    named(unitLabel(unit)), time(gap.start), time(gap.end),
    gap.outcome === SELECTED ? `${duration(gap.age)} old` :
                               data.words.outcomes[gap.outcome],
    vm === undefined ? 'no single VM' : named(vmLabel(unit.vms[vm] || ['?'])),
    vm === undefined ? '-' : gain === undefined ? 'a choice' :
                                                  `${duration(gain)} newer`,
  ];
}

function drawGaps() {
  const units = data.units.filter((unit) => unit.gap);
  const heads = ['Unit', 'From', 'To', 'Came to', 'Held back by', 'Without it'];
  put('ages', el('h3', {}, 'The worst gaps, and who caused them'),
      tableOf(`Of the worst units, ${basis()}`, heads,
              units.slice(0, WORST_COUNT).map(gapRow)));
  if (units.length <= WORST_COUNT) return;
  put('ages', lazyTable('The gaps of all units, worst first', heads,
                        units.length, (i) => gapRow(units[i])));
}

// Of the whole plan, whichever units are drawn.
function actSentence() {
  return data.actBefore === undefined ? '' :
      ` The first point of the choice is lost at ${time(data.actBefore)}: it ` +
          'can be carried out until then, or longer if that point is kept.';
}

function drawComing() {
  put('coming', el('p', {}, comingSentence(), actSentence(), ' Points are lost at the expiry',
                   ' time that the inventory states, and at no other.'));
  const units = data.units.filter((unit) => comingAt(unit) < forever)
                    .sort((a, b) => comingAt(a) - comingAt(b));
  if (units.length === 0) return;
  put('coming', tableOf(
      'The soonest',
      ['Unit', 'When', 'What', 'Points to keep', 'First expires'],
      units.slice(0, WORST_COUNT).map((unit) => {
        const at = comingAt(unit);
        const keep = unit.forecast.keep || [];
        return [
          named(unitLabel(unit)), time(at),
          unit.forecast.none === at ? 'no choice any more' :
                                      'falls to a weaker rule',
          number(keep.length), keep.length > 0 ? time(keep[0][1]) : '-',
        ];
      })));
}

// A count with a bar as long as its share: the bar says nothing more.
function barCell(n, most) {
  return el('td', {class: 'bar'},
            svg('svg', {viewBox: '0 0 100 10', preserveAspectRatio: 'none',
                        'aria-hidden': 'true'},
                svg('rect', {height: 10, width: 100 * n / most})),
            el('span', {class: n > 0 ? '' : 'zero'}, number(n)));
}

function drawAges() {
  const {bounds, lossCounts, worstCounts} = data;
  const most = Math.max(...lossCounts, ...worstCounts, 1);
  const labels = bounds.map((bound) => `at most ${roughly(bound)}`)
                     .concat('more', 'no choice');
  // Rows of zeros at the ends say nothing.
  const full = (i) => lossCounts[i] + worstCounts[i] > 0;
  const ends = labels.map((unused, i) => i).filter(full);
  const rows = labels.slice(ends[0], ends.at(-1) + 1).map((label, place) => {
    const i = place + ends[0];
    return el('tr', {}, el('th', {scope: 'row'}, label),
              barCell(lossCounts[i], most), barCell(worstCounts[i], most));
  });
  put('ages', el('div', {class: 'wide'}, el('table', {class: 'bars'},
                 el('caption', {}, 'Units by how much they lose'),
                 el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Age'),
                    el('th', {scope: 'col'}, 'Data loss now'),
                    el('th', {scope: 'col'}, `Worst age, ${basis()}`))),
                 el('tbody', {}, rows))));
  const times = data.figures.rules;
  const whole = data.figures.with + data.figures.without;
  put('ages', tableOf(
      `Rules in force, and how much each served, ${basis()}`,
      ['Rule', 'What it asks for', 'Units now', 'Share of the time'],
      data.words.rules.map((rule, i) => [
        String(i + 1), rule, number(data.byRule[i]),
        share(times[i] || 0, whole)])
          .concat(data.figures.outcomes.map(([outcome, length]) => [
            'none', data.words.reasons[outcome], '', share(length, whole)]))));
}

function drawUnits() {
  // A few stand above already.
  document.getElementById('units').hidden = data.unitCount <= WORST_COUNT;
  const left = data.unitCount - data.units.length;
  put('units', unitTable());
  const notes = [];
  if (left > 0) {
    notes.push(`${count(left, 'unit')} were left out to keep this page ` +
               'small: the best ones, and such as would fill it alone. ');
  }
  if (data.drawnCount < data.units.length) {
    notes.push(`Drawings are there for the ${number(data.drawnCount)} worst ` +
               'units; those of the others were left out to keep this page ' +
               'small. ');
  }
  if (notes.length > 0) {
    put('units', el('p', {class: 'note'}, notes, 'A report of one unit has ',
                    'all of it: ',
                    el('code', {}, 'rline report --group ID ...'),
                    ' or ', el('code', {}, 'rline report --vm ID ...')));
  }
}

function drawNotes() {
  if (data.missingCount + data.warningCount === 0) {
    put('notes', el('p', {}, 'None.'));
  }
  const rest = (shown, all) => all > shown ?
      el('li', {}, `and ${number(all - shown)} more`) : null;
  if (data.missingCount > 0) {
    put('notes', el('h3', {}, 'VMs that the inventory lacks'),
        el('ul', {}, data.missing.map((id) => el('li', {}, named(id))),
           rest(data.missing.length, data.missingCount)));
  }
  if (data.warningCount > 0) {
    put('notes', el('h3', {}, 'Warnings'),
        el('ul', {}, data.warnings.map(([subject, message]) => el(
            'li', {}, subject ? [named(subject), ': '] : [], message)),
           rest(data.warnings.length, data.warningCount)));
  }
}

function drawAbout() {
  put('about', el('p', {}, data.observed ?
      'Figures about the past are made from inventories merged over time: ' +
          'which points were there is known as far as it was looked.' :
      'Figures about the past are made from the points that survive: others ' +
          'may have been there at the time. The true choice was never older ' +
          'than is said here, and may have been newer.'));
  put('about', el('p', {},
      'Age is the decision time less the earliest capture time of the unit. ' +
      `Times are in ${data.zone === 'UTC' ? 'UTC' : data.zone}, cut to whole ` +
      'seconds.'));
  put('about', el('p', {class: 'digests'}, `rline ${data.version}`,
      ' · inventory ', el('code', {}, data.inventoryDigest),
      data.planDigest ? [' · plan ', el('code', {}, data.planDigest)] : []));
}

// On paper everything that can be opened is open.
function openForPrint() {
  document.querySelectorAll('#worst tr.below').forEach((row) => row.openNow());
  document.querySelectorAll('details').forEach((details) => {
    details.openNow();
  });
}

function drawPage() {
  data.units.forEach((unit, i) => {
    unit.rank = i + 1;
    const choice = data.end - data.start - unit.figures.without;
    // Less than what cutting to milliseconds leaves is nothing.
    unit.figures.with = choice > 2e6 ? choice : 0;
    // What goes without saying was not written.
    unit.outcome ??= SELECTED;
    if (unit.outcome === SELECTED) unit.rule ??= 0;
    if (unit.gap && unit.gap.outcome === undefined) {
      Object.assign(unit.gap, {
        outcome: SELECTED, end: unit.figures.until, age: unit.figures.worst,
      });
    }
  });
  drawHead();
  put('sentence', summarySentence());
  drawTiles();
  drawWorst();
  drawComing();
  drawAges();
  drawGaps();
  drawUnits();
  drawNotes();
  drawAbout();
  window.addEventListener('beforeprint', openForPrint);
}

if (typeof document !== 'undefined') drawPage();
