import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

// Each test where it is cheapest: the pure floors in plain Node, objects and routes in workerd, and real ones end to
// end against the embedded host with a browser and real clients. `npm test` runs all but the long ones.

/** For a machine that is busy with other things as well; a test that hangs is found all the same. */
const PATIENCE_MS = 60_000
/** What goes on in the background is waited for as patiently. */
const PATIENT_POLLS = { poll: { timeout: 30_000 } }

const inWorkerd = () =>
  cloudflareTest(async () => ({
    main: './test/worker.ts',
    wrangler: { configPath: './wrangler.toml' },
    miniflare: {
      bindings: {
        MASTER_KEY: 'dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=',
        SETUP_TOKEN: 'set-up-token-for-tests',
        METRICS_TOKEN: 'metrics-token-for-tests',
        PRIVATE_TARGETS: '127.0.0.0/8',
        TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
        TWILIO_AUTH_TOKEN: 'auth-token-for-tests',
        TWILIO_FROM: '+15005550006',
        SMS_PREFIXES: '+49,+43',
        SMS_DAILY_MAX: '40',
        TEST_MIGRATIONS: await readD1Migrations('./db/migrations'),
      },
    },
  }))

// Each of the two projects has one workerd, for a new one costs a file five seconds.
/** Objects and tables that are the test's own, by random names and ids. */
const SHARING = ['worker/{storage,coordination}/**/*.test.ts']
/** Of those, the ones that look at all there is, or drop it: like routes, they begin with a workerd that was emptied. */
const NOT_SHARING = [
  'worker/coordination/alertMoves.test.ts',
  'worker/coordination/furtherPages.test.ts',
  'worker/storage/migrations.test.ts',
  'worker/storage/responders.test.ts',
]

/** Every page in every look, kills and restarts, generated comparisons: half a minute and more each. */
const LONG = [
  'alertInbox',
  'appearance',
  'catalogue',
  'browserPush',
  'changes',
  'configurationAsCode',
  'crash',
  'everyLook',
  'embedding',
  'heartbeats',
  'integrations',
  'livePage',
  'maintenance',
  'mirror',
  'publicPages',
  'repeats',
  'room',
  'routing',
  'sameAsAlertmanager',
  'signIn',
  'silences',
  'subscribers',
].map((name) => `test/${name}.e2e.ts`)

/** Each file has a host of its own, and the machine two cores. */
const ONE_HOST_A_FILE = {
  environment: 'node',
  maxWorkers: 2,
  // After the others: a host that shares two cores with workerd tests is slow, and says nothing about speed.
  sequence: { groupOrder: 1 },
  testTimeout: 120_000,
  expect: PATIENT_POLLS,
  hookTimeout: 180_000,
} as const

export default defineConfig({
  // Two at once (test/all.ts) must not write over each other's.
  cacheDir: `node_modules/.vite/${process.env.VITEST_PART ?? 'all'}`,
  test: {
    projects: [
      {
        test: {
          name: 'domain',
          environment: 'node',
          testTimeout: PATIENCE_MS,
          expect: PATIENT_POLLS,
          include: ['worker/{domain,publishing,delivery}/**/*.test.ts', 'server/**/*.test.ts', 'test/*.test.ts'],
        },
      },
      {
        plugins: [inWorkerd()],
        test: {
          name: 'worker',
          include: ['worker/http/**/*.test.ts', ...NOT_SHARING],
          setupFiles: ['./test/empty.ts'],
          isolate: false,
          testTimeout: PATIENCE_MS,
          expect: PATIENT_POLLS,
        },
      },
      {
        plugins: [inWorkerd()],
        test: {
          name: 'worker-shared',
          include: SHARING,
          exclude: NOT_SHARING,
          setupFiles: ['./test/migrate.ts'],
          isolate: false,
          testTimeout: PATIENCE_MS,
          expect: PATIENT_POLLS,
        },
      },
      { test: { name: 'end-to-end', include: ['test/**/*.e2e.ts'], exclude: LONG, ...ONE_HOST_A_FILE } },
      { test: { name: 'long', include: LONG, ...ONE_HOST_A_FILE } },
    ],
  },
})
