/** The ETag of a value, from its revision in the bucket. */
export const etag = (revision: number): string => `"${revision}"`

/** Whether a value is unchanged since the If-Match header's version; always true without the header, or with `*`. */
export const isAsSeen = (ifMatch: string | undefined, revision: number): boolean =>
  ifMatch === undefined || ifMatch === '*' || ifMatch === etag(revision)
