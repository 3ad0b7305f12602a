import { applyD1Migrations, env } from 'cloudflare:test'

// Runs before each test file; what has been applied is skipped.
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
