#!/usr/bin/env node
// `npx allclear …`: hands over to the Node that comes as a dependency; paths are meant from where it was called.
process.env.ALLCLEAR_CALLED_FROM = process.cwd()
process.argv.splice(2, 0, '--run', 'cli/allclear.ts')
await import('../server/boot.mjs')
