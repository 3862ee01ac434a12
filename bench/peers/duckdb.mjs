// DuckDB, driven through its own package for Node:
//
//   node duckdb.mjs MODULES FOLDER VMS REPETITIONS THREADS
//   node duckdb.mjs MODULES FOLDER parquet     # points.csv to points.parquet
//
// MODULES is a folder with @duckdb/node-api in its node_modules. Prints the
// same lines as meter.h. A time ends when the whole result stands in DuckDB's
// memory; turning it into numbers of JavaScript is not counted. Every table is
// sorted by VM and capture time, as it was written.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [modules, folder, ...numbers] = process.argv.slice(2);
const { DuckDBInstance } =
  createRequire(resolve(modules, 'here.js'))('@duckdb/node-api');

const groupSize = 8;
const nothing = -1n;
const types = "{'vm': 'INTEGER', 'grp': 'INTEGER', 'capture': 'BIGINT', " +
  "'available': 'BIGINT', 'expire': 'BIGINT', 'consistency': 'TINYINT', " +
  "'marker': 'INTEGER'}";
const csv = `read_csv('${folder}/points.csv', header = true, ` +
  `delim = ',', quote = '', columns = ${types})`;
const parquet = `read_parquet('${folder}/points.parquet')`;

const newestOfVms = (from) => `
  SELECT vm, max(capture) FROM ${from}
  WHERE capture <= $1 AND available <= $2 AND expire > $2 AND consistency >= 1
  GROUP BY vm`;
const newestOfGroups = (from) => `
  SELECT grp, max(earliest) FROM (
    SELECT grp, marker, min(capture) AS earliest FROM ${from}
    WHERE marker >= 0 AND capture <= $1 AND available <= $2 AND expire > $2
      AND consistency >= 1
    GROUP BY grp, marker HAVING count(*) = ${groupSize})
  GROUP BY grp`;
const newestListed = `
  SELECT grp, max(earliest) FROM common
  WHERE latest <= $1 AND available <= $2 AND expire > $2 GROUP BY grp`;
// The newest point of each VM and scenario, whatever its state; where that one
// is refused, the newest that is not.
const newestByAsof = `
  WITH found AS MATERIALIZED (
    SELECT s.scenario, s.t, s.d, v.vm, p.capture,
      p.available <= s.d AND p.expire > s.d AND p.consistency >= 1 AS good
    FROM scenario s CROSS JOIN vms v
      ASOF JOIN points p ON v.vm = p.vm AND s.t >= p.capture)
  SELECT scenario, vm, capture FROM found WHERE good
  UNION ALL
  SELECT f.scenario, f.vm, max(p.capture) FROM found f JOIN points p
    ON f.vm = p.vm AND p.capture <= f.t AND p.available <= f.d
      AND p.expire > f.d AND p.consistency >= 1
  WHERE NOT good GROUP BY f.scenario, f.vm`;

async function open(threads) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET threads = ${threads}`);
  return {
    run: (sql) => connection.run(sql),
    prepare: (sql) => connection.prepare(sql),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

// The result of a prepared statement for one question.
async function ask(statement, question) {
  statement.bindBigInt(1, question.target);
  statement.bindBigInt(2, question.decision);
  return statement.run();
}

// Puts a result's rows, which end with (key, capture), into `answers`: those of
// scenario s begin at s * size.
async function collect(result, size, answers) {
  for (let chunk = await result.fetchChunk(); chunk?.rowCount > 0;
    chunk = await result.fetchChunk()) {
    const columns = chunk.getColumns();
    const [keys, captures] = columns.slice(-2);
    const scenarios = columns.length > 2 ? columns[0] : null;
    keys.forEach((key, i) => {
      answers[(scenarios ? scenarios[i] * size : 0) + key] = captures[i];
    });
  }
  return answers;
}

function unanswered(count) {
  return new BigInt64Array(count).fill(nothing);
}

// Its twin is in meter.cc: both must give the same.
function hashOf(answers) {
  let hash = 0n;
  for (const answer of answers) {
    const mixed = (hash ^ BigInt.asUintN(64, answer)) * 0x9e3779b97f4a7c15n;
    hash = BigInt.asUintN(64, mixed);
    hash ^= hash >> 32n;
  }
  return hash.toString(16).padStart(16, '0');
}

function printTime(row, engine, threads, ms, answers) {
  console.log(['time', row, engine, threads, ms.toFixed(6), answers]
    .join('\t'));
}

function printHash(engine, kind, question, answers) {
  const found = answers.filter((answer) => answer !== nothing).length;
  console.log(['hash', kind, question, engine, hashOf(answers), found]
    .join('\t'));
}

async function main(vms, repetitions, threads) {
  const groups = vms / groupSize;
  const questions = readFileSync(`${folder}/questions.csv`, 'utf8').trim()
    .split('\n').slice(1).map((line) => line.split(',').map(BigInt))
    .map(([, target, decision]) => ({ target, decision }));

  // From a file that the page cache holds to both answers, in a database that
  // knows nothing yet.
  async function oneShot(engine, from) {
    for (let r = 0; r < repetitions; ++r) {
      const start = performance.now();
      const db = await open(threads);
      const ofVms = await ask(await db.prepare(newestOfVms(from)),
        questions[0]);
      const ofGroups = await ask(await db.prepare(newestOfGroups(from)),
        questions[0]);
      printTime('one-shot', engine, threads, performance.now() - start,
        vms + groups);
      printHash(engine, 'vm', 0, await collect(ofVms, vms, unanswered(vms)));
      printHash(engine, 'group', 0, await collect(ofGroups, groups,
        unanswered(groups)));
      db.close();
    }
  }

  // `count` questions a repetition, one prepared statement.
  async function measure(row, engine, db, kind, sql, count) {
    const statement = await db.prepare(sql);
    const size = kind === 'vm' ? vms : groups;
    let first = 0;
    for (let r = 0; r < repetitions; ++r) {
      const results = [];
      const start = performance.now();
      for (let i = 0; i < count; ++i) {
        results.push(
          await ask(statement, questions[(first + i) % questions.length]));
      }
      printTime(row, engine, threads, performance.now() - start,
        count * size);
      for (let i = 0; i < count; ++i) {
        printHash(engine, kind, (first + i) % questions.length,
          await collect(results[i], size, unanswered(size)));
      }
      first = (first + count) % questions.length;
    }
  }

  // `count` scenarios a repetition, all of them in one statement.
  async function sweepByAsof(engine, db, count) {
    let first = 0;
    for (let r = 0; r < repetitions; ++r) {
      const asked = questions.slice(first, first + count);
      await db.run('CREATE OR REPLACE TABLE scenario AS ' +
        'SELECT * FROM (VALUES ' + asked.map((question, i) =>
        `(${i}, ${question.target}, ${question.decision})`).join(', ') +
        ') AS rows(scenario, t, d)');
      const start = performance.now();
      const result = await db.run(newestByAsof);
      printTime('sweep', engine, threads, performance.now() - start,
        asked.length * vms);
      const answers =
        await collect(result, vms, unanswered(asked.length * vms));
      asked.forEach((_, i) => printHash(engine, 'vm', first + i,
        answers.subarray(i * vms, (i + 1) * vms)));
      first = (first + count) % questions.length;
    }
  }

  await oneShot('DuckDB from Parquet', parquet);
  if (process.env.RECOVERYLINE_PEERS_CSV) await oneShot('DuckDB from CSV', csv);

  const db = await open(threads);
  await db.run(`CREATE TABLE points AS SELECT * FROM ${parquet}`);
  await db.run('CREATE TABLE marked AS SELECT * FROM points WHERE marker >= 0');
  await db.run('CREATE TABLE vms AS ' +
    `SELECT range::INTEGER AS vm FROM range(${vms})`);
  await db.run(`CREATE TABLE common AS
    SELECT grp, marker, min(capture) AS earliest, max(capture) AS latest,
      max(available) AS available, min(expire) AS expire
    FROM marked WHERE consistency >= 1
    GROUP BY grp, marker HAVING count(*) = ${groupSize}
    ORDER BY grp, earliest`);
  const each = newestOfVms('points');
  await measure('warm VM', 'DuckDB, GROUP BY', db, 'vm', each, 5);
  await measure('warm group', 'DuckDB, GROUP BY, HAVING', db, 'group',
    newestOfGroups('marked'), 10);
  await measure('warm group', 'DuckDB on its own list of common lines', db,
    'group', newestListed, 100);
  await measure('sweep', 'DuckDB, GROUP BY a scenario', db, 'vm', each, 20);
  await sweepByAsof('DuckDB, ASOF JOIN, refused ones asked again', db, 1000);
  db.close();
}

async function writeParquet() {
  const db = await open(2);
  await db.run(`COPY (SELECT * FROM ${csv}) TO '${folder}/points.parquet' ` +
    '(FORMAT parquet)');
  db.close();
}

if (numbers[0] === 'parquet') {
  await writeParquet();
} else {
  await main(...numbers.map(Number));
}
