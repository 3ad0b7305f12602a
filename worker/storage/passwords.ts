import { Buffer } from 'node:buffer'
import { scrypt, timingSafeEqual } from 'node:crypto'

// OWASP's second setting: 16 MB, so that several sign-ins fit into an isolate. It costs over 100 ms of CPU, more than
// the free plan's 10 ms: passkeys cost next to nothing.
const COST = 2 ** 14
const BLOCK_SIZE = 8
const PARALLELISM = 5
const KEY_BYTES = 32
const SALT_BYTES = 16

/** Hashes a password with scrypt; the parameters and the salt travel with the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = Buffer.from(crypto.getRandomValues(new Uint8Array(SALT_BYTES)))
  const key = await derive(password, salt, COST, BLOCK_SIZE, PARALLELISM)
  return ['scrypt', COST, BLOCK_SIZE, PARALLELISM, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether the password is the one that was hashed. Without a hash it takes as long, and the answer is no. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, cost, blockSize, parallelism, salt, key] = (hash ?? NOBODYS_HASH).split('$')
  const wanted = Buffer.from(key ?? '', 'base64url')
  const derived = await derive(
    password,
    Buffer.from(salt ?? '', 'base64url'),
    Number(cost),
    Number(blockSize),
    Number(parallelism),
  )
  return hash !== null && wanted.length === derived.length && timingSafeEqual(wanted, derived)
}

/** Spells the parameters of today, so that an account that does not exist costs what one that does costs. */
const NOBODYS_HASH = ['scrypt', COST, BLOCK_SIZE, PARALLELISM, 'bm9ib2R5cyBzYWx0IQ', ''].join('$')

function derive(password: string, salt: Buffer, cost: number, blockSize: number, parallelism: number): Promise<Buffer> {
  const options = { N: cost, r: blockSize, p: parallelism, maxmem: 64 * 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
