import cloudflare from '@astrojs/cloudflare'
import { defineConfig } from 'astro/config'

// One bundle holds the Hono app, the Durable Objects, the Workflow and these pages:
// the adapter builds `main` of wrangler.toml with Astro's server build inside it.
export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  output: 'server',
  adapter: cloudflare({ imageService: 'passthrough', prerenderEnvironment: 'node' }),
  session: false,
  // A published page is one file: its styles travel inside it.
  build: { inlineStylesheets: 'always' },
  // Cross-site requests are refused in worker/http, where every route is; pages are rendered by the Worker itself.
  security: { checkOrigin: false },
  compressHTML: true,
  telemetry: false,
  devToolbar: { enabled: false },
})
