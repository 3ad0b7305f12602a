import type { Person } from './incident.ts'
import type { PlaybookStep } from './playbook.ts'

/** One run of a playbook inside an incident. The room holds it; the Workflow only asks what is next and reports back. */
export interface Run {
  readonly id: string
  readonly playbookId: string
  readonly name: string
  readonly requestedBy: Person
  readonly status: 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'
  readonly steps: readonly RunStep[]
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  /** When the Workflow last reported; a run silent for too long is started again by the room's alarm. */
  readonly heardAtMs: number
  /** Counts the Workflow instances this run has used; part of the instance id. */
  readonly incarnation: number
}

export interface RunStep {
  readonly definition: PlaybookStep
  readonly status: 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped'
  /** What came back: an HTTP status and excerpt, an answer, who approved. */
  readonly output: string
  /** SHA-256 (hex) of the step as shown; an approval names it, so it cannot approve something else. */
  readonly planHash: string
  readonly approvedBy: Person | null
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
}
