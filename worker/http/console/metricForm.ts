import { z } from 'zod'
import { Metric } from '../../domain/metric.ts'
import type { Fault } from '../problem.ts'
import { seenAs } from './editConflict.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { parseForm } from './forms.ts'
import { besideFields } from './pageEntries.ts'
import { freeId } from './slug.ts'

/** The form of one metric. */

const Whole = (message: string) => z.string().regex(/^\d{1,5}$/, message)
const Form = z.object({
  name: z
    .string()
    .min(1, 'Give it a name: what is measured, such as Response time.')
    .max(120, 'At most 120 characters.'),
  unit: z.string().max(20, 'At most 20 characters.').default(''),
  description: z.string().max(300, 'At most 300 characters.').default(''),
  component: z.string().max(64).default(''),
  decimals: Whole('Write a whole number from 0 to 6.').default('0'),
  public: z.string().optional(),
  kind: z.enum(['pushed', 'prometheus'], 'Choose where the values come from.'),
  connection: z.string().max(64).default(''),
  query: z.string().max(2000, 'At most 2,000 characters.').default(''),
  everySeconds: z.string().default('60'),
})

const FIELDS = ['name', 'unit', 'description', 'component', 'decimals', 'kind', 'connection', 'query', 'everySeconds']

export const NEW_METRIC: FormValues = { kind: 'pushed', decimals: '0', everySeconds: '60', public: 'yes', unit: 'ms' }

export function metricValues(metric: Metric): FormValues {
  const { name, unit, description = '', component = '', decimals, source } = metric
  const asked = source.kind === 'prometheus' ? source : { connection: '', query: '', everySeconds: 60 }
  return {
    name,
    unit,
    description,
    component,
    decimals: String(decimals),
    kind: source.kind,
    connection: asked.connection,
    query: asked.query,
    everySeconds: String(asked.everySeconds),
    ...(metric.public ? { public: 'yes' } : {}),
    seen: seenAs(metric),
  }
}

/** `known` is the metric that is changed: its id stays. `taken` are the ids of the others. */
export function readMetric(values: FormValues, known: Metric | null, taken: readonly string[]): ParsedForm<Metric> {
  const form = parseForm(Form, values)
  if (!form.ok) return form
  const { name, unit, description, component, decimals, kind, connection, query, everySeconds } = form.data
  if (kind === 'prometheus') {
    if (connection === '') return { ok: false, errors: { connection: 'Choose the connection to ask.' } }
    if (query === '') return { ok: false, errors: { query: 'Write a query for one series.' } }
    const seconds = Whole('').safeParse(everySeconds)
    if (!seconds.success || Number(everySeconds) < 30 || Number(everySeconds) > 3600)
      return { ok: false, errors: { everySeconds: 'Write a whole number from 30 to 3600.' } }
  }
  const { data, error } = Metric.safeParse({
    id: known?.id ?? freeId(name, 'metric', [...taken, 'new']),
    name,
    unit,
    ...(description === '' ? {} : { description }),
    ...(component === '' ? {} : { component }),
    decimals: Number(decimals),
    public: form.data.public !== undefined,
    source: kind === 'pushed' ? { kind } : { kind, connection, query, everySeconds: Number(everySeconds) },
  })
  if (error === undefined) return { ok: true, data }
  return {
    ok: false,
    errors: metricErrors(error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))),
  }
}

export function metricErrors(faults: readonly Fault[]): Record<string, string> {
  return besideFields(faults, FIELDS, (path) => path.replace(/^source\./, '').split('.')[0] ?? '')
}
