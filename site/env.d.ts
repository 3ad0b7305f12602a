import type { Reader } from './components/public/reader.ts'

declare global {
  namespace App {
    interface Locals {
      /** On public pages: set by `viewOf` before anything is written. */
      reader: Reader
    }
  }
}
