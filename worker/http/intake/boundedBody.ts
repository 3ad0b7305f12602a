/** The body as text; null when it is longer than `bytesMax`, whatever its Content-Length claims. */
export async function readBoundedText(request: Request, bytesMax: number): Promise<string | null> {
  if (Number(request.headers.get('Content-Length') ?? 0) > bytesMax) return null
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.byteLength
    if (length > bytesMax) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
