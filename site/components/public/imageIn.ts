import { inlineImage } from '../../../worker/domain/pageImage.ts'
import { isLookPath, sizeInName } from '../../../worker/domain/shownLook.ts'
import type { Reader } from './reader.ts'

interface ImageIn {
  readonly src: string
  readonly width?: number
  readonly height?: number
}

/** An image of the look as it stands in a page: in itself, or where its file is. */
export function imageIn(image: string, address: Reader['address']): ImageIn {
  return isLookPath(image) ? { src: address(`/${image}`), ...sizeInName(image) } : { src: inlineImage(image) }
}
