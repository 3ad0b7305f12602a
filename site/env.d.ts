import type { Reader } from './components/public/reader.ts'

declare global {
  namespace App {
    interface Locals {
      /** Public pages set it by `viewOf` before anything is written; the console has the one of the middleware. */
      reader: Reader
    }
  }
}
