/** What the system must do: DHS/CBP/PIA-049(a), 6 July 2020, a public privacy impact assessment, row by row. */
export interface Requirement {
  readonly id: string
  readonly text: string
  /** Section of the source document. */
  readonly section: string
}

const rows: [id: string, text: string, section: string][] = [
  [
    'CAP-1',
    'A read holds: plate number; image of the plate and of the vehicle; make and model where known; state or province of registration; camera id, owner and type; GPS position or other location; date and time.',
    'Overview',
  ],
  [
    'CAP-2',
    'Cameras are fixed or mobile. A mobile read carries the position at the instant of the frame.',
    'Overview',
  ],
  [
    'CAP-3',
    'Plates are located, photographed and converted to text without a person in the loop, for every vehicle that passes.',
    'Overview',
  ],
  [
    'CAP-4',
    'Every read says how sure it is, per character and as a whole; a person can always see the picture beside the text.',
    '6 Data quality',
  ],
  ['CAP-5', 'Only cameras in the United States are visible to the agency.', 'Reason for the update'],
  [
    'DSP-1',
    'An authorized user stores a plate query as a display; any new read of that plate notifies the user in near real time.',
    '5(5)',
  ],
  [
    'DSP-2',
    'On creating a display the user is told to remove plates promptly when they are no longer of value, and confirms it.',
    '5(5)',
  ],
  [
    'DSP-3',
    'Users are prompted to re-examine all their displays regularly, at least yearly. A display not validated within a year of its last validation expires by itself and stops matching.',
    '5(5), Overview',
  ],
  [
    'DSP-4',
    'Oversight reviews displays every quarter and verifies those still relevant; one rejected in review stops matching.',
    '5(5), 5(7)',
  ],
  [
    'DSP-5',
    'A display can be updated or closed at any moment, when the matter is resolved; the change holds for the next read.',
    '5(5)',
  ],
  ['DSP-6', 'An alert may tell that a vehicle approaches a port of entry.', '5(5)'],
  [
    'DSP-7',
    'No enforcement action on a read alone: an alert is a lead until a person has verified the picture against the text, and the system records that verification.',
    '6',
  ],
  [
    'QRY-1',
    'The agency queries vendors on demand, several at once (federated); it does not ingest their data.',
    'Overview',
  ],
  ['QRY-2', 'Search by plate number, by address of a reader, or by make or model.', 'Overview'],
  ['QRY-3', 'Answers hold every responsive read, with the last 30 days in the foreground.', 'Overview'],
  [
    'QRY-4',
    'No read older than five years, counted from the moment of the query, is ever returned, whatever the caller asks.',
    '4, 5(4)',
  ],
  [
    'QRY-5',
    'A query names an ongoing enforcement or border-security matter (case reference and purpose); without one it is refused.',
    '3, 8',
  ],
  [
    'QRY-6',
    'Queries are about subjects already identified, or lead from one: no open-ended mining for new patterns or new leads.',
    'Overview',
  ],
  [
    'QRY-7',
    'Results wait in a cache for at least 4 and at most 24 hours and are then deleted automatically; a repeat of the same query inside that time is answered from it.',
    'Overview',
  ],
  [
    'QRY-8',
    'Nothing is saved by itself. A user saves single results to an event, project or workspace after stating why they are relevant; the rest disappears with the cache.',
    'Overview',
  ],
  ['QRY-9', 'Vendors refresh continuously; an answer reflects the data at the moment of the query.', '4, 5'],
  [
    'QRY-10',
    'Review tools for a subject under investigation: movements over time, places visited, associates that travel along, links between a vehicle and an address.',
    'Overview, 5',
  ],
  [
    'ACC-1',
    'A dedicated role, granted after approval at more than one level (supervisor, then system owner), on a stated need to know; it may be refused. Nobody approves their own request.',
    '5(1), 7',
  ],
  [
    'ACC-2',
    'On granting, the user receives an e-mail that authorizes access and states the appropriate use.',
    '5(1), 7',
  ],
  [
    'ACC-3',
    'Security and privacy training every year; access is only usable while the training is current.',
    '5(2), 5(7)',
  ],
  [
    'ACC-4',
    "A government lead recertifies every user's access yearly; access that is not recertified ends.",
    '5(2)',
  ],
  [
    'ACC-5',
    'A splash screen states the permissible uses at each logon; no query is possible before the user has affirmatively consented in that session.',
    '5(3)',
  ],
  ['ACC-6', 'Users reach only the sources that they were granted.', '5(2)'],
  [
    'ACC-7',
    "Sign-on with encrypted passwords (or single sign-on); the data is reachable on the agency's network alone.",
    '5(7)',
  ],
  [
    'ACC-8',
    'Workspaces are visible to their group only, until a product is published; events to their owner; projects to their members.',
    'Overview',
  ],
  [
    'AUD-1',
    'Each query is recorded before its answer is given: who, which plate or parameters, when, for what matter, and how many results. All parameters are stored, the results themselves are not (a digest of them may be).',
    '5(6), 8',
  ],
  [
    'AUD-2',
    'All transactions go to immutable logs at the level of the single user; a change to the log is detectable.',
    '8',
  ],
  [
    'AUD-3',
    'Oversight reads the log at any time and reviews it at least quarterly; a review is itself recorded.',
    '5(6)',
  ],
  [
    'AUD-4',
    "The vendor never sees the agency's audit trail. The vendor keeps its own record of the queries it received.",
    '5(6), 8',
  ],
  ['AUD-5', 'The log is used to find misuse: unusual activity is surfaced for investigation.', '5(7), 8'],
  [
    'AUD-6',
    'Saved results carry a retention period and are deleted or renewed at its end; what is deleted is recorded as deleted.',
    '4, 5(4)',
  ],
  ['AUD-7', 'Passing information outside is recorded: to whom, under which authority, what.', '5, 7'],
  [
    'AUD-8',
    'Requests for access (FOIA, Privacy Act) are answered from what the agency itself holds: a search over events, projects, workspaces, displays and lookouts that yields an exportable account.',
    '2',
  ],
  [
    'AUD-9',
    'A read that leads to scrutiny at the border becomes a lookout, with its provenance.',
    'Overview, footnote 4',
  ],
]

export const REQUIREMENTS: readonly Requirement[] = rows.map(([id, text, section]) => ({ id, text, section }))
