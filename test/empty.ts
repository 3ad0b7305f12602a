import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'

// Before each file that looks at all there is: the workerd that files share is emptied.
vi.useRealTimers()
vi.restoreAllMocks()
vi.unstubAllGlobals()
await reset()
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
