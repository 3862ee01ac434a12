// The table of units: sorted, searched, a page at a time; a row opens to all
// that is known of its unit.
'use strict';

const PAGE_ROWS = 25;

function outcomeCell(unit) {
  if (unit.outcome !== SELECTED) {
    return el('span', {class: 'bad'},
              `✕ ${data.words.outcomes[unit.outcome]}`);
  }
  if (unit.over) {
    return el('span', {class: 'doubtful', title: 'over the objective'},
              `▲ ${duration(unit.loss)}, over`);
  }
  return duration(unit.loss);
}

const forever = Number.MAX_VALUE;
const lossOf = (unit) => unit.outcome === SELECTED ? unit.loss : forever;
const comingAt = (unit) => Math.min(
    unit.forecast.weaker ?? forever, unit.forecast.none ?? forever);

function comingCell(unit) {
  const at = comingAt(unit);
  if (at === forever) return unit.outcome === SELECTED ? 'stays' : '-';
  return `${unit.forecast.none === at ? 'none' : 'weaker'} in ${
      roughly(Math.max(0, at - data.asOf))}`;
}

// Of each column: its head, what it sorts by, whether the greatest comes first,
// and its cell.
const COLUMNS = [
  {head: '#', of: (unit) => unit.rank, cell: (unit) => number(unit.rank)},
  {head: 'Unit', of: (unit) => unitLabel(unit)},
  {head: 'VMs', of: (unit) => unit.vms.length, down: true,
   cell: (unit) => number(unit.vms.length)},
  {head: 'Goes back to', of: (unit) => unit.earliest ?? -forever,
   cell: (unit) => unit.outcome === SELECTED ? time(unit.earliest) : '-'},
  {head: 'Data loss', of: lossOf, down: true, cell: outcomeCell},
  {head: 'Worst age', of: (unit) => unit.figures.worst ?? -1, down: true,
   cell: (unit) => unit.figures.worst === undefined ?
       '-' : duration(unit.figures.worst)},
  {head: 'Mean age', of: (unit) => unit.figures.mean ?? -1, down: true,
   cell: (unit) => unit.figures.mean === undefined ?
       '-' : duration(unit.figures.mean)},
  {head: 'No choice', of: (unit) => unit.figures.without, down: true,
   cell: (unit) => share(unit.figures.without,
                         unit.figures.with + unit.figures.without)},
  {head: 'Over objective', of: (unit) => unit.figures.above ?? -1, down: true,
   cell: (unit) => unit.figures.above === undefined ?
       '-' : share(unit.figures.above,
                   unit.figures.with + unit.figures.without)},
  {head: 'Becomes', of: comingAt, cell: comingCell},
].filter((column) => column.head !== 'Over objective' ||
                     data.objective !== undefined);
const UNIT_COLUMN = 1;
const COLUMN_GROUPS = [
  ['', 3], ['Now', 2], ['Over time', COLUMNS.length - 6],
  ['If no point comes', 1],
];

// The row of a unit, and the one below that opens.
function unitRows(unit, columns) {
  const id = freshId('unit');
  const below = el('tr', {class: 'below', id, hidden: ''});
  const button = el('button', {
    type: 'button', class: 'open', 'aria-expanded': 'false',
    'aria-controls': id, click: () => toggle(!below.hidden),
  }, named(unitLabel(unit)));
  const toggle = (close) => {
    if (!close && below.childElementCount === 0) {
      below.append(el('td', {colspan: columns.length}, unitView(unit)));
    }
    below.hidden = close;
    button.setAttribute('aria-expanded', String(!close));
  };
  below.openNow = () => toggle(false);
  return [
    el('tr', {}, columns.map((column, i) => i === UNIT_COLUMN ?
        el('th', {scope: 'row'}, button) :
        el('td', {class: column.head === 'VMs' || i === 0 ? 'number' : ''},
           column.cell(unit)))),
    below,
  ];
}

function tableHead(columns, state, sortBy) {
  const groups = el('tr', {class: 'groups'}, COLUMN_GROUPS.map(
      ([name, span]) => el(name ? 'th' : 'td', {
        colspan: span, scope: name ? 'colgroup' : null,
      }, name === 'Over time' ? `${name}, ${basis()}` : name)));
  const heads = el('tr', {}, columns.map((column) => {
    const sorted = state && state.column === column;
    return el('th', {
      scope: 'col',
      'aria-sort': !sorted ? null : state.down ? 'descending' : 'ascending',
    }, state ? el('button', {type: 'button', click: () => sortBy(column)},
                  column.head,
                  el('span', {'aria-hidden': 'true'},
                     !sorted ? '' : state.down ? ' ▼' : ' ▲')) :
               column.head);
  }));
  return el('thead', {}, groups, heads);
}

// A table without a choice of order, for the few worst.
function plainUnitTable(caption, units) {
  return el(
      'div', {class: 'wide'},
      el('table', {class: 'units'}, el('caption', {class: 'hidden'}, caption),
         tableHead(COLUMNS, null, null),
         el('tbody', {}, units.map((unit) => unitRows(unit, COLUMNS)))));
}

const FILTERS = [
  ['All units', () => true],
  ['Without a choice now', (unit) => unit.outcome !== SELECTED],
  ['Over the objective now', (unit) => unit.over === 1],
  ['Under a weaker rule now', (unit) => unit.rule > 0],
  ['Ever without a choice', (unit) => unit.figures.without > 0],
  ['Weaker or none if no point comes', (unit) => comingAt(unit) < forever],
];

// What a search looks through.
function searchText(unit) {
  if (unit.text === undefined) {
    unit.text = [unit.group, unit.name].concat(...unit.vms.map(
        (vm) => vm.slice(0, 2))).join('\n').toLowerCase();
  }
  return unit.text;
}

function compared(a, b) {
  return typeof a === 'string' ? a.localeCompare(b, 'en', {numeric: true}) :
                                 a - b;
}

function found(state) {
  const words = state.search.toLowerCase();
  const units = data.units.filter(
      (unit) => state.filter(unit) &&
          (words === '' || searchText(unit).includes(words)));
  const {of} = state.column;
  const sign = state.down ? -1 : 1;
  return units.sort((a, b) => sign * compared(of(a), of(b)) || a.rank - b.rank);
}

function pager(state, total, draw) {
  const last = Math.max(0, Math.ceil(total / PAGE_ROWS) - 1);
  const first = state.page * PAGE_ROWS;
  const go = (label, page, can) => el('button', {
    type: 'button', disabled: can ? null : '',
    click: () => {
      state.page = page;
      draw();
    },
  }, label);
  return [
    go('First', 0, state.page > 0), go('Previous', state.page - 1,
                                       state.page > 0),
    el('span', {role: 'status'},
       total === 0 ? 'No unit is like that' :
                     `${number(first + 1)} to ${
                         number(Math.min(total, first + PAGE_ROWS))} of ${
                         number(total)}`),
    go('Next', state.page + 1, state.page < last),
    go('Last', last, state.page < last),
  ];
}

function searchForm(state, draw) {
  const again = () => {
    state.page = 0;
    draw();
  };
  const search = el('input', {
    type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false',
    input: (event) => {
      state.search = event.currentTarget.value;
      again();
    },
  });
  const filter = el('select', {
    id: 'filter',
    change: (event) => {
      state.filter = FILTERS[event.currentTarget.selectedIndex][1];
      again();
    },
  }, FILTERS.map(([name]) => el('option', {}, name)));
  return el('div', {class: 'form', role: 'search'},
            el('label', {for: 'search'}, 'Group or VM, by name or id'), search,
            el('label', {for: 'filter'}, 'Show'), filter);
}

// All units.
function unitTable() {
  const state = {
    column: COLUMNS[0], down: false, page: 0, search: '', filter: () => true,
  };
  const table = el('table', {class: 'units'});
  const pages = el('nav', {class: 'pages', 'aria-label': 'Pages of units'});
  const draw = () => {
    const units = found(state);
    const page = units.slice(state.page * PAGE_ROWS,
                             (state.page + 1) * PAGE_ROWS);
    table.replaceChildren(
        el('caption', {class: 'hidden'}, 'Units, sorted by ' +
           state.column.head),
        tableHead(COLUMNS, state, sortBy),
        el('tbody', {}, page.map((unit) => unitRows(unit, COLUMNS))));
    pages.replaceChildren(...pager(state, units.length, draw));
  };
  const sortBy = (column) => {
    state.down = state.column === column ? !state.down : Boolean(column.down);
    state.column = column;
    state.page = 0;
    draw();
    table.querySelector('[aria-sort] button').focus();
  };
  draw();
  return [searchForm(state, draw), el('div', {class: 'wide'}, table), pages];
}
