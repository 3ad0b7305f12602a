/** Pure: whether a host, as `new URL()` spells it, may be called from here. */

type Address = { readonly bits: 32 | 128; readonly value: bigint }

/** Not to be reached from outside their own network, or not in use. Sources: IANA special-purpose address registries. */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Azure's platform address, the one metadata service outside the private ranges.
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map(rangeOf)

/** All that is routed lies in here; loopback, link-local, unique-local and multicast do not. */
const GLOBAL_V6 = rangeOf('2000::/3')
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '3fff::/20'].map(rangeOf)

/** IPv6 that carries an IPv4 address; the inner one decides. `shift`: how many bits stand behind it. */
const CARRIERS = [
  { range: rangeOf('::ffff:0:0/96'), shift: 0n },
  { range: rangeOf('::/96'), shift: 0n },
  { range: rangeOf('64:ff9b::/96'), shift: 0n },
  { range: rangeOf('2002::/16'), shift: 80n },
]

const PRIVATE_SUFFIX =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid)$/

/**
 * True for any spelling of a loopback, private, link-local or metadata address and for names that only a local
 * network knows. What a public name resolves to cannot be known before the call; the platform's own network has
 * to keep such names from private addresses.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = bare(hostname)
  const address = addressIn(host)
  if (address !== null) return isPrivateAddress(address)
  return !host.includes('.') || PRIVATE_SUFFIX.test(host)
}

/** Whether the operator has named this host: `privateTargets` is a comma-separated list of hosts and CIDR ranges. */
export function isNamedTarget(hostname: string, privateTargets: string): boolean {
  const host = bare(hostname)
  const isLocalhost = host === 'localhost' || host.endsWith('.localhost')
  const address = isLocalhost ? addressIn('127.0.0.1') : addressIn(host)
  return privateTargets
    .split(',')
    .map((target) => target.trim().toLowerCase())
    .some((target) => {
      if (target === '') return false
      if (bare(target) === host) return true
      const range = rangeIn(target)
      return address !== null && range !== null && isIn(innermost(address), range)
    })
}

function isPrivateAddress(address: Address): boolean {
  const inner = innermost(address)
  if (inner.bits === 32) return PRIVATE_V4.some((range) => isIn(inner, range))
  return !isIn(inner, GLOBAL_V6) || PRIVATE_V6.some((range) => isIn(inner, range))
}

function innermost(address: Address): Address {
  // :: and ::1 lie in the range of IPv4-compatible addresses, yet are addresses of their own.
  if (address.bits === 32 || address.value <= 1n) return address
  const carrier = CARRIERS.find(({ range }) => isIn(address, range))
  return carrier === undefined ? address : { bits: 32, value: (address.value >> carrier.shift) & 0xffff_ffffn }
}

function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '')
}

/** An address in the one spelling that `new URL()` leaves: dotted decimal, or compressed IPv6. */
function addressIn(host: string): Address | null {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    const value = host.split('.').reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    return { bits: 32, value }
  }
  if (!host.includes(':') || !URL.canParse(`http://[${host}]/`)) return null
  const [head = '', tail] = new URL(`http://[${host}]/`).hostname.slice(1, -1).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right]
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) }
}

interface Range {
  readonly first: Address
  readonly prefixBits: number
}

function rangeIn(text: string): Range | null {
  const [host = '', prefix] = text.split('/')
  const first = addressIn(bare(host))
  if (first === null) return null
  const prefixBits = prefix === undefined ? first.bits : Number(prefix)
  if (!Number.isInteger(prefixBits) || prefixBits < 0 || prefixBits > first.bits) return null
  return { first, prefixBits }
}

function rangeOf(text: string): Range {
  const range = rangeIn(text)
  if (range === null) throw new Error(`${text} is not a range`)
  return range
}

function isIn(address: Address, { first, prefixBits }: Range): boolean {
  const behind = BigInt(first.bits - prefixBits)
  return address.bits === first.bits && address.value >> behind === first.value >> behind
}
