import { ROLES, type Role } from '@sightline/schemas/person'

/**
 * Who may do what: the one table. A person who knows the rules and no program can read it; every route names
 * its row (`config: { permission: 'display.create' }`), and the authorization matrix of the tests walks it.
 * To add a route, add its row here, with a sentence that is true.
 */

/** What must hold besides the role, in the order in which it is asked for. */
export type Need =
  /** Consent to the permissible uses in this session (ACC-5). */
  | 'consent'
  /** Access that was certified within a year (ACC-4). */
  | 'certification'
  /** Training in security and privacy within a year (ACC-3). */
  | 'training'

export interface Rule {
  /** One of these roles is needed; `everybody`: an account is enough. */
  readonly roles: 'everybody' | readonly Role[]
  readonly needs: readonly Need[]
  /** Rows of the requirements that the rule comes from. */
  readonly requirements: readonly string[]
  /** The rule in words. */
  readonly sentence: string
}

/** All that stands between a person and what cameras saw. */
const DATA: readonly Need[] = ['consent', 'certification', 'training']

const rule = (
  roles: Rule['roles'],
  needs: readonly Need[],
  requirements: readonly string[],
  sentence: string,
): Rule => ({ roles, needs, requirements, sentence })

export const PERMISSIONS = {
  // The session itself: nothing but this works before consent.
  'consent.view': rule('everybody', [], ['ACC-5'], 'Everybody who signed on is shown the permissible uses.'),
  'consent.give': rule(
    'everybody',
    [],
    ['ACC-5'],
    'Everybody who signed on may consent to the permissible uses.',
  ),
  'session.end': rule('everybody', [], ['ACC-7'], 'Everybody may sign off, here or everywhere.'),
  'session.view': rule(
    'everybody',
    [],
    ['ACC-5'],
    'Everybody may see who they are and what they still lack.',
  ),

  'account.refuse': rule(
    'everybody',
    [],
    ['ACC-7'],
    'Everybody may refuse what an administrator has announced for their own account.',
  ),

  // How access is asked for, granted and kept.
  'access.request': rule(
    'everybody',
    ['consent'],
    ['ACC-1', 'ACC-6'],
    'Everybody with an account may ask for access, and take their request back. Oversight asks to review, which makes nobody an analyst.',
  ),
  'access.view': rule(
    'everybody',
    ['consent'],
    ['ACC-1'],
    'Everybody may see their own requests, training and certification.',
  ),
  'access.list': rule(
    ['supervisor', 'system-owner', 'oversight'],
    ['consent'],
    ['ACC-1', 'ACC-4'],
    'Supervisors see the requests of their own people; system owners and oversight see all.',
  ),
  'access.approve': rule(
    ['supervisor'],
    ['consent', 'certification', 'training'],
    ['ACC-1'],
    'The supervisor of the person who asks approves first, and never a request of their own.',
  ),
  'access.grant': rule(
    ['system-owner'],
    ['consent', 'certification', 'training'],
    ['ACC-1', 'ACC-2', 'ACC-6'],
    'A system owner grants what the supervisor approved, if they are neither the person who asks nor the one who approved.',
  ),
  'access.refuse': rule(
    ['supervisor', 'system-owner'],
    ['consent'],
    ['ACC-1'],
    'Whoever may take the next step of a request may refuse it, with a reason.',
  ),
  'access.end': rule(
    ['supervisor', 'system-owner'],
    ['consent'],
    ['ACC-1', 'ACC-4'],
    "The person's supervisor, or a system owner, may end access at any time, with a reason.",
  ),
  'access.certify': rule(
    ['system-owner'],
    ['consent', 'training'],
    ['ACC-4'],
    'A system owner certifies each year that somebody still needs access, one by one, and never their own.',
  ),
  'training.record': rule(
    ['supervisor', 'administrator'],
    ['consent'],
    ['ACC-3'],
    "The person's supervisor, or an administrator, records completed training, and never their own.",
  ),

  // Accounts.
  'person.create': rule(
    ['administrator'],
    ['consent'],
    ['ACC-7'],
    'An administrator opens accounts; an account alone shows no data.',
  ),
  'person.invite': rule(
    ['administrator'],
    ['consent'],
    ['ACC-7'],
    'An administrator has a new one-time link sent to the person, which replaces password and second factor; the administrator does not see it. Of an account that is set up the person is told first, and can refuse it for three days.',
  ),
  'person.change': rule(
    ['administrator'],
    ['consent'],
    ['ACC-1', 'ACC-7'],
    'An administrator gives and takes offices, names supervisors, changes e-mail addresses, suspends accounts, and never their own. An office waits for a second administrator, or three days for a veto of those who keep or review accounts; another address three days for that of who has set up the account.',
  ),
  'person.list': rule(
    ['administrator', 'system-owner', 'oversight'],
    ['consent'],
    ['ACC-4'],
    'Those who keep or review accounts see all of them.',
  ),
  'colleague.list': rule(
    ROLES,
    ['consent'],
    ['ACC-8'],
    'Everybody with an office or access sees the names and roles of colleagues, to know who did something and to name somebody; no addresses.',
  ),
  'mailbox.view': rule(
    ['administrator'],
    ['consent'],
    ['ACC-2'],
    'In development an administrator sees the e-mails that would have been sent.',
  ),

  // What cameras saw, and what is looked for.
  'display.create': rule(['analyst'], DATA, ['DSP-1', 'DSP-2'], 'Analysts store plate queries.'),
  'display.test': rule(
    ['analyst'],
    DATA,
    ['DSP-1', 'ACC-6'],
    'Analysts try what a display would match, on recent alerts from sources that they were granted.',
  ),
  'display.list': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['DSP-3', 'DSP-4'],
    'Analysts, supervisors and oversight list displays. Analysts and supervisors are told the plates of those that they work on.',
  ),
  'display.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['DSP-3', 'DSP-4'],
    'Analysts, supervisors and oversight look at a display. Its plate is told to its owner and their supervisor, to who may use its case, and to oversight.',
  ),
  'display.update': rule(['analyst'], DATA, ['DSP-5'], 'Analysts change displays.'),
  'display.close': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['DSP-5'],
    'Analysts and supervisors close a display when the matter is resolved.',
  ),
  'display.validate': rule(
    ['analyst'],
    DATA,
    ['DSP-3'],
    'Analysts confirm each year, one by one, that a display is still needed.',
  ),
  'display.hand-over': rule(
    ['supervisor'],
    DATA,
    ['DSP-3'],
    'Supervisors hand displays over when their owner leaves.',
  ),
  'display.review': rule(
    ['oversight'],
    DATA,
    ['DSP-4'],
    'Oversight reviews displays each quarter and rejects what is no longer relevant.',
  ),
  'alert.list': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['DSP-1', 'ACC-6'],
    'Analysts, supervisors and oversight see alerts of the sources that they were granted.',
  ),
  'alert.subscribe': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['DSP-1'],
    'Analysts and supervisors are notified of alerts in near real time.',
  ),
  'alert.work': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['DSP-7'],
    'Analysts and supervisors claim an alert, look at its picture, verify it against the text or reject it as misread, and pass it on.',
  ),
  'picture.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['CAP-4', 'DSP-7'],
    'Whoever sees alerts sees the picture beside the text.',
  ),
  'query.run': rule(
    ['analyst'],
    DATA,
    ['QRY-1', 'QRY-5', 'ACC-6'],
    'Analysts query the vendors that they were granted, for a stated matter.',
  ),
  'query.review': rule(
    ['analyst'],
    DATA,
    ['QRY-6', 'QRY-10'],
    'Analysts use the review tools on a subject that their case names.',
  ),

  // Cases, and what is kept in them. Whose case is whose is decided by api/cases/visibility.ts (ACC-8).
  'case.create': rule(['analyst'], DATA, ['QRY-5', 'ACC-8'], 'Analysts open cases and own them.'),
  'case.list': rule(['analyst'], DATA, ['ACC-8'], 'Analysts list the cases that they own or are named in.'),
  'case.view': rule(['analyst'], DATA, ['ACC-8'], 'Analysts look into cases that they own or are named in.'),
  'case.change': rule(
    ['analyst'],
    DATA,
    ['QRY-6', 'ACC-8'],
    'Analysts change what their cases are about; the owner names its members, closes and deletes it.',
  ),
  'case.renew': rule(['analyst'], DATA, ['AUD-6'], 'Owners keep a case longer, with a reason.'),
  'case.hand-over': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['ACC-8'],
    "The owner hands a case over; when the owner leaves, the owner's supervisor does, without seeing what is in it.",
  ),
  'search.approve': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['QRY-6'],
    'A member of the case, or the supervisor of the one who asks, approves a search without a plate, and never their own.',
  ),
  'saved.create': rule(
    ['analyst'],
    DATA,
    ['QRY-8'],
    'Analysts save single results of their own queries into a case, after saying why they are relevant.',
  ),
  'saved.list': rule(
    ['analyst'],
    DATA,
    ['ACC-6', 'ACC-8'],
    'Analysts see what was saved into cases that they own or are named in, from sources that they were granted.',
  ),
  'saved.keep': rule(
    ['analyst'],
    DATA,
    ['AUD-6'],
    'Analysts renew or delete what was saved into cases that they own or are named in.',
  ),
  'product.write': rule(
    ['analyst'],
    DATA,
    ['ACC-8'],
    "A workspace's group writes intelligence products and their versions.",
  ),
  'product.review': rule(
    ['analyst'],
    DATA,
    ['ACC-8'],
    "Somebody of the workspace's group other than the author publishes a version, or returns it with a reason.",
  ),
  'product.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['ACC-8'],
    'Everybody who was granted access reads what is published; drafts are for the group.',
  ),
  'lookout.create': rule(
    ['analyst'],
    DATA,
    ['AUD-9', 'DSP-7'],
    'Analysts make a lookout of a saved read, after they have looked at its picture and typed what it shows, or of a verified alert.',
  ),
  'lookout.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['AUD-9', 'ACC-6', 'ACC-8'],
    'Analysts see lookouts of cases that they own or are named in, supervisors those that their people made, oversight all; each from sources that they were granted.',
  ),
  'lookout.keep': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['AUD-6', 'AUD-9'],
    'Whoever may use its case closes or renews a lookout; so does the supervisor of who made it.',
  ),
  'dissemination.create': rule(
    ['analyst'],
    DATA,
    ['AUD-7'],
    'Analysts record what they pass outside: to whom, under which authority, what.',
  ),
  'dissemination.list': rule(
    ['analyst', 'oversight'],
    DATA,
    ['AUD-7'],
    'Analysts see what was passed from their cases; oversight sees all.',
  ),

  'saved.export': rule(
    ['analyst'],
    DATA,
    ['ACC-6', 'ACC-8', 'AUD-2'],
    'Analysts export what was saved into cases that they own or are named in, from sources that they were granted; the file names who exported it and when.',
  ),

  // Oversight.
  'audit.search': rule(
    ['oversight'],
    DATA,
    ['AUD-2', 'AUD-3'],
    'Oversight alone searches the audit log, in which plates are readable; each search is in the log too.',
  ),
  'audit.chain': rule(
    ['oversight'],
    DATA,
    ['AUD-2'],
    'Oversight sees how the audit log stands: how far it goes, up to where it is signed, whether it is blocked.',
  ),
  'audit.review': rule(
    ['oversight'],
    DATA,
    ['AUD-3'],
    'Oversight reviews the audit log each quarter and signs the review; nobody judges a record of their own.',
  ),
  'misuse.view': rule(
    ['oversight'],
    DATA,
    ['AUD-5'],
    'Oversight sees unusual use, with what else may explain it; nothing happens to anybody by itself.',
  ),
  'misuse.configure': rule(
    ['oversight'],
    DATA,
    ['AUD-5'],
    'Oversight states shifts, plates that are close to people, and from where on use is unusual.',
  ),
  'oversight.due': rule(
    ['oversight'],
    DATA,
    ['AUD-3', 'DSP-4', 'ACC-4'],
    'Oversight sees which reviews and certifications are due.',
  ),
  'account.compile': rule(
    ['oversight'],
    DATA,
    ['AUD-8'],
    'Oversight compiles what the agency holds about a plate or a name, to answer a request under the FOIA or the Privacy Act.',
  ),

  // Machines.
  'edge.invite': rule(['administrator'], ['consent'], ['ACC-7'], 'An administrator invites edge agents.'),
  'edge.list': rule(
    ['administrator', 'oversight'],
    ['consent'],
    ['ACC-7'],
    'Administrators and oversight see which edge agents there are.',
  ),
  'camera.list': rule(
    ['administrator', 'system-owner'],
    ['consent'],
    ['CAP-1'],
    'Administrators and system owners see which readers there are, where, and how they are; not what they read.',
  ),
  'settings.view': rule(
    ['administrator', 'system-owner'],
    ['consent'],
    ['QRY-7', 'AUD-6', 'ACC-7'],
    'Administrators and system owners see how the api is set up, and whether the vendors answer; nobody sees credentials.',
  ),
  'edge.revoke': rule(['administrator'], ['consent'], ['ACC-7'], 'An administrator revokes edge agents.'),
} as const satisfies Record<string, Rule>

export type Permission = keyof typeof PERMISSIONS

/**
 * Routes that answer without a sign-on, as `METHOD address`: what is needed to sign on, and what says nothing
 * about anybody. Every other route names its permission, or the api does not start.
 */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  'GET /health',
  'GET /openapi.json',
  // The same, to be read by people: it holds no data and may do nothing (runtime/reference.ts).
  'GET /reference',
  'GET /reference/start.js',
  'GET /reference/swagger-ui-bundle.js',
  'GET /reference/swagger-ui.css',
  'POST /v1/edge/enrol',
  'GET /v1/sign-on',
  'POST /v1/sign-on',
  'POST /v1/sign-on/development',
  'GET /v1/sign-on/provider',
  'GET /v1/sign-on/provider/return',
  'POST /v1/set-up/look',
  'POST /v1/set-up',
  'POST /v1/set-up/refusal',
  // The console's files, and its first page; what they show is asked for by the routes above.
  'GET /console.json',
  'GET /*',
])

/** Public routes that machines outside the agency's networks use; they give nothing away (ACC-7). */
export const ANY_NETWORK: ReadonlySet<string> = new Set(['GET /health', 'POST /v1/edge/enrol'])
