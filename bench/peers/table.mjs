// Reads the lines that the peers printed (see meter.h) from the files named,
// compares their hashes, and prints one table as Markdown:
//
//   node table.mjs VMS FILE...
//
// Fails where two engines, or one engine twice, differ in an answer, or where a
// row's answers were compared with nobody else's. Times are medians of the
// repetitions with the least and the greatest. A ratio is to the first
// recoveryline row of the same kind and number of threads (one thread where it
// has no other), above 1 where the rival is slower.
import { readFileSync } from 'node:fs';

const [vms, ...files] = process.argv.slice(2);
const kinds = ['one-shot', 'one-shot, questions alone', 'warm VM',
  'warm group', 'sweep'];
const scenarios = 1000;

const times = new Map();  // kind, engine, threads -> its repetitions
const hashes = new Map();  // what was asked -> hash -> engines
for (const file of files) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [what, ...fields] = line.split('\t');
    if (what === 'time') {
      const [kind, engine, threads, ms, answers] = fields;
      const key = [kind, engine, threads].join('\t');
      if (!times.has(key)) {
        times.set(key, { kind, engine, threads: Number(threads), runs: [] });
      }
      const row = times.get(key);
      row.answers = Number(answers);
      row.runs.push(Number(ms));
    } else if (what === 'hash') {
      const [kind, question, engine, hash, found] = fields;
      const key = `${kind} ${question}`;
      if (!hashes.has(key)) hashes.set(key, new Map());
      const said = hashes.get(key);
      const answer = `${hash}, ${found} found`;
      said.set(answer, (said.get(answer) ?? new Set()).add(engine));
    }
  }
}

function check() {
  const faults = [];
  const compared = { vm: 0, group: 0 };
  const checked = new Set();
  const seen = new Set();
  for (const [asked, said] of hashes) {
    if (said.size > 1) {
      faults.push(`${asked}: ` + [...said].map(([answer, engines]) =>
        `${answer} by ${[...engines].join(', ')}`).join('; '));
    }
    const engines = [...said.values()].flatMap((set) => [...set]);
    const makers = new Set(engines.map((engine) => engine.split(/[ ,]/)[0]));
    engines.forEach((engine) => seen.add(engine));
    if (makers.size < 2) continue;
    ++compared[asked.split(' ')[0]];
    engines.forEach((engine) => checked.add(engine));
  }
  for (const engine of seen) {
    if (!checked.has(engine)) faults.push(`${engine}: compared with nobody`);
  }
  if (times.size === 0) faults.push('nothing was measured');
  if (faults.length > 0) {
    faults.slice(0, 20).forEach((fault) => console.error(fault));
    process.exit(1);
  }
  const digest = [...hashes].sort(([a], [b]) => (a < b ? -1 : 1))
    .reduce((hash, [, said]) => (hash * 31n +
      BigInt(`0x${[...said.keys()][0].split(',')[0]}`)) % 1_000_000_007n, 0n);
  return { compared, digest };
}

function median(runs) {
  const sorted = [...runs].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]
    : (sorted[half - 1] + sorted[half]) / 2;
}

function readable(number) {
  if (number >= 100) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(number < 1 ? 2 : 3)));
}

function duration(nanos) {
  if (nanos < 1e3) return `${readable(nanos)} ns`;
  if (nanos < 1e6) return `${readable(nanos / 1e3)} us`;
  if (nanos < 1e9) return `${readable(nanos / 1e6)} ms`;
  return `${readable(nanos / 1e9)} s`;
}

// The rows of a kind; a question, or a sweep's scenario, has `all` answers.
function print(kind, rows, all) {
  const perAnswer = (row) => median(row.runs) / row.answers;
  const ours = rows.filter((row) => row.engine.startsWith('recoveryline'));
  const whole = kind === 'sweep' ? all * scenarios : all;
  console.log(`| **${kind}** | | | | | |`);
  for (const row of rows) {
    const rival =
      ours.find((our) => our.threads === row.threads) ?? ours[0];
    const share = whole / row.answers;
    const show = (ms) => duration(ms * share * 1e6);
    const scaled = kind === 'sweep' && share > 1.001
      ? ` (${readable(row.answers / all)} scenarios, scaled)` : '';
    console.log('| ' + [row.engine + scaled, row.threads,
      show(median(row.runs)),
      `${show(Math.min(...row.runs))} to ${show(Math.max(...row.runs))}`,
      duration(perAnswer(row) * 1e6),
      rival ? readable(perAnswer(row) / perAnswer(rival)) : '-',
    ].join(' | ') + ' |');
  }
}

const { compared, digest } = check();
const rows = [...times.values()];
const machines = Number(vms);
const groups = machines / 8;
const answersOf =
  { 'warm VM': machines, 'warm group': groups, sweep: machines };
console.log('| engine | threads | median | least to most | an answer ' +
  '| ratio |\n|---|---|---|---|---|---|');
for (const kind of kinds) {
  const of = rows.filter((row) => row.kind === kind);
  if (of.length > 0) print(kind, of, answersOf[kind] ?? machines + groups);
}
console.log(`\nEqual answers: ${compared.vm} questions over all VMs and ` +
  `${compared.group} over all groups compared; answer_hash ${digest}.`);
