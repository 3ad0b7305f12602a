import type { ConfigNote } from '../worker/storage/configVersions.ts'

/** For tests that change the configuration and do not care who is said to have done it. */
export const NOTE: ConfigNote = { by: { kind: 'system', name: 'A test' }, source: 'api', message: null }
