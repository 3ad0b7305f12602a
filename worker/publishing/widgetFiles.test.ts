import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { WIDGET_CODE, widgetModule } from '../../server/widget.ts'
import { LANGUAGES } from '../domain/language.ts'
import { OVERALL_DESCRIPTIONS } from '../domain/overallStatus.ts'
import { MAINTENANCE_STATUSES, PUBLIC_STATUSES } from '../domain/publicModel.ts'
import { COMPONENT_STATUSES } from '../domain/componentStatus.ts'
import { WIDGET_WORD_FILES, widgetScript, widgetWords } from './widgetFiles.ts'

describe('the widget', () => {
  it('is under 3 KB as it is sent, before any compression', () => {
    expect(new TextEncoder().encode(widgetScript()).byteLength).toBeLessThan(3000)
  })

  it('is what `npm run widget` makes of its source', async () => {
    expect(readFileSync(WIDGET_CODE, 'utf8')).toBe(await widgetModule())
  })

  it('needs no right to run text as code, and writes no markup', () => {
    expect(widgetScript()).not.toMatch(/\beval\b|new Function|innerHTML|outerHTML|insertAdjacent|document\.write/)
  })

  it.each(LANGUAGES)('has words in %s for all that the JSON may say', (language) => {
    const words = JSON.parse(widgetWords(`widget/${language}.json`) ?? '{}') as Record<string, string>
    const said = [...OVERALL_DESCRIPTIONS, ...COMPONENT_STATUSES, ...PUBLIC_STATUSES, ...MAINTENANCE_STATUSES, 'close']
    for (const each of said) expect(words[each]?.trim(), each).toBeTruthy()
  })

  it('has those files and no others', () => {
    expect(WIDGET_WORD_FILES).toHaveLength(LANGUAGES.length)
    expect(widgetWords('widget/xx.json')).toBeNull()
  })
})
