/** The part of the package that the tests use; it brings no types. */
declare module 'opsgenie-sdk' {
  type Answer = (error: unknown, answer: { readonly result: string; readonly requestId: string } | null) => void
  type Identified = { readonly identifier: string; readonly identifierType: 'id' | 'alias' | 'tiny' }

  interface OpsgenieSdk {
    configure(options: { readonly api_key: string; readonly host: string }): void
    readonly alertV2: {
      create(alert: object, config: object, answer: Answer): void
      acknowledge(which: Identified, data: object, config: object, answer: Answer): void
      addNote(which: Identified, data: { readonly note: string }, config: object, answer: Answer): void
      close(which: Identified, data: object, config: object, answer: Answer): void
      get(
        which: Identified,
        config: object,
        answer: (error: unknown, answer: { readonly data: { readonly id: string } } | null) => void,
      ): void
      getRequestStatus(
        requestId: string,
        config: object,
        answer: (error: unknown, answer: { readonly data: object } | null) => void,
      ): void
    }
  }

  const sdk: OpsgenieSdk
  export default sdk
}
