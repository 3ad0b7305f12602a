import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** What the command line and the environment say about one run of the host. */
export interface Settings {
  readonly port: number
  /** Absolute; everything that must survive a restart lives under it. */
  readonly home: string
  /** Start with no sample organisation. */
  readonly empty: boolean
  readonly publicUrl: string
  readonly mailFrom: string
  readonly privateTargets: string
  /** An SMTP server of the operator; none: the host runs its own with a web inbox. */
  readonly smtpUrl: string | null
  readonly metricsToken: string | null
  /** A folder, or a bucket elsewhere, that gets a copy of every published file; null without one. */
  readonly mirror: MirrorSettings | null
  readonly sms: SmsBindings
}

/** What texts to subscribers are sent with, under the Worker's own names; all empty without them. */
export interface SmsBindings {
  readonly TWILIO_ACCOUNT_SID: string
  readonly TWILIO_AUTH_TOKEN: string
  readonly TWILIO_API_KEY_SID: string
  readonly TWILIO_API_KEY_SECRET: string
  readonly TWILIO_FROM: string
  readonly TWILIO_API_URL: string
  readonly SMS_PREFIXES: string
  readonly SMS_DAILY_MAX: string
}

export type MirrorSettings =
  | { readonly folder: string; readonly publicUrl: string }
  | {
      readonly folder: null
      readonly url: string
      readonly region: string
      readonly accessKeyId: string
      readonly secretAccessKey: string
      readonly publicUrl: string
    }

export const PROJECT_ROOT = resolve(fileURLToPath(import.meta.url), '../..')
export const HOST = '127.0.0.1'
const DEFAULT_PORT = 8787

/** Throws with a message for people when a flag or a variable makes no sense. */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: { empty: { type: 'boolean' }, port: { type: 'string' }, home: { type: 'string' } },
  })
  const port = Number(values.port ?? present(environment.PORT) ?? DEFAULT_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('The port is a number from 1 to 65535.')

  return {
    port,
    home: resolve(PROJECT_ROOT, values.home ?? present(environment.ALLCLEAR_HOME) ?? '.allclear'),
    empty: values.empty ?? false,
    publicUrl: (present(environment.PUBLIC_URL) ?? `http://${HOST}:${port}`).replace(/\/+$/, ''),
    mailFrom: present(environment.MAIL_FROM) ?? 'Allclear <status@example.com>',
    privateTargets: present(environment.PRIVATE_TARGETS) ?? '127.0.0.0/8,::1,localhost',
    smtpUrl: present(environment.SMTP_URL) ?? null,
    metricsToken: present(environment.METRICS_TOKEN) ?? null,
    mirror: mirrorOf(environment),
    sms: smsOf(environment),
  }
}

function mirrorOf(environment: Readonly<Record<string, string | undefined>>): MirrorSettings | null {
  const folder = present(environment.MIRROR_FOLDER)
  const url = present(environment.MIRROR_URL)
  const publicUrl = present(environment.MIRROR_PUBLIC_URL) ?? ''
  if (folder !== undefined && url !== undefined)
    throw new Error('MIRROR_FOLDER and MIRROR_URL name two mirrors; there is one.')
  if (folder !== undefined) return { folder: resolve(PROJECT_ROOT, folder), publicUrl }
  if (url === undefined) return null
  const accessKeyId = present(environment.MIRROR_ACCESS_KEY_ID)
  const secretAccessKey = present(environment.MIRROR_SECRET_ACCESS_KEY)
  if (!URL.canParse(url)) throw new Error('MIRROR_URL is no address, such as https://s3.example/bucket/status.')
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('MIRROR_URL needs MIRROR_ACCESS_KEY_ID and MIRROR_SECRET_ACCESS_KEY.')
  const region = present(environment.MIRROR_REGION) ?? 'auto'
  return { folder: null, url, region, accessKeyId, secretAccessKey, publicUrl }
}

const SID = /^AC[0-9a-f]{32}$/i
const FROM = /^(?:\+[1-9]\d{6,14}|MG[0-9a-f]{32})$/i
const PREFIXES = /^\+[1-9]\d{0,11}(?:\s*,\s*\+[1-9]\d{0,11})*$/

/** All of it or none: a host that takes numbers and cannot text them is worse than one that does not offer it. */
function smsOf(environment: Readonly<Record<string, string | undefined>>): SmsBindings {
  const value = (name: keyof SmsBindings) => environment[name]?.trim() ?? ''
  const sms = {
    TWILIO_ACCOUNT_SID: value('TWILIO_ACCOUNT_SID'),
    TWILIO_AUTH_TOKEN: value('TWILIO_AUTH_TOKEN'),
    TWILIO_API_KEY_SID: value('TWILIO_API_KEY_SID'),
    TWILIO_API_KEY_SECRET: value('TWILIO_API_KEY_SECRET'),
    TWILIO_FROM: value('TWILIO_FROM'),
    TWILIO_API_URL: value('TWILIO_API_URL'),
    SMS_PREFIXES: value('SMS_PREFIXES'),
    SMS_DAILY_MAX: value('SMS_DAILY_MAX'),
  }
  if (sms.TWILIO_ACCOUNT_SID === '') return sms
  if (!SID.test(sms.TWILIO_ACCOUNT_SID)) throw new Error('TWILIO_ACCOUNT_SID is AC and 32 hexadecimal digits.')
  if (sms.TWILIO_AUTH_TOKEN === '') throw new Error('TWILIO_ACCOUNT_SID needs TWILIO_AUTH_TOKEN.')
  if ((sms.TWILIO_API_KEY_SID === '') !== (sms.TWILIO_API_KEY_SECRET === ''))
    throw new Error('TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET go together.')
  if (!FROM.test(sms.TWILIO_FROM)) throw new Error('TWILIO_FROM is a number such as +15005550006, or MG… of a service.')
  if (!PREFIXES.test(sms.SMS_PREFIXES)) throw new Error('SMS_PREFIXES says who may be texted, such as +49,+43.')
  if (sms.SMS_DAILY_MAX !== '' && !/^[1-9]\d{0,6}$/.test(sms.SMS_DAILY_MAX))
    throw new Error('SMS_DAILY_MAX is how many texts go out on a day at most, such as 500.')
  return sms
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
