import { z } from 'zod'
import { parseMatcher } from './matchers.ts'

/** Matchers as people write them in the configuration. Whether their regexes compile is checked where it is saved. */
export const MatcherTexts = z
  .array(
    z
      .string()
      .max(2000)
      .refine((text) => parseMatcher(text).ok, 'a matcher such as severity="critical"'),
  )
  .max(20)
