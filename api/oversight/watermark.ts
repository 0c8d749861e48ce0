/** Who exported something, and when: on everything that leaves the system (AUD-2, AUD-7). */
export interface Watermark {
  readonly exportedBy: string
  /** Instant. */
  readonly exportedAt: string
  /** Subject of the audit record of the export. */
  readonly exportId: string
}

/** The watermark as a line for people. */
export const watermarkLine = ({ exportedBy, exportedAt, exportId }: Watermark): string =>
  `Exported by ${exportedBy} at ${exportedAt}, export ${exportId}. For official use only. If you share it, record that.`

/** Headers of an answer that is saved as a file. @param name without extension */
export const fileHeaders = (type: string, name: string, { exportId }: Watermark, ending: string) => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}-${exportId.slice(0, 8)}.${ending}"`,
})
