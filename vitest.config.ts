import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

// Three projects, each where its tests are cheapest: the pure floors in plain Node, objects and routes in
// workerd, and a few real end-to-end ones against the embedded host with a browser and real clients.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'domain',
          environment: 'node',
          testTimeout: 60_000,
          include: ['worker/{domain,publishing,delivery}/**/*.test.ts', 'server/**/*.test.ts', 'test/*.test.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './test/worker.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                MASTER_KEY: 'dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=',
                SETUP_TOKEN: 'set-up-token-for-tests',
                METRICS_TOKEN: 'metrics-token-for-tests',
                PRIVATE_TARGETS: '127.0.0.0/8',
                TEST_MIGRATIONS: await readD1Migrations('./db/migrations'),
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['worker/{storage,coordination,http}/**/*.test.ts'],
          setupFiles: ['./test/migrate.ts'],
          // For a machine that is busy with other things as well; a test that hangs is found all the same.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          environment: 'node',
          include: ['test/**/*.e2e.ts'],
          // Each file has a host of its own, and the machine two cores.
          maxWorkers: 2,
          // After the others: a host that shares two cores with workerd tests is slow, and says nothing about speed.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
