import { ROLES, type Role } from '@sightline/schemas/person'

/**
 * Who may do what: the one table. A person who knows the rules but cannot program can read it. Every route names its
 * row (`config: { permission: 'display.create' }`), and the authorization matrix in the tests covers all rows. To add a
 * route, add its row here, with a true sentence.
 */

/** Conditions besides the role, in the order in which they are checked. */
export type Need =
  /** The person accepted the permissible uses in this session (ACC-5). */
  | 'consent'
  /** Access was certified within the last year (ACC-4). */
  | 'certification'
  /** Security and privacy training was completed within the last year (ACC-3). */
  | 'training'

export interface Rule {
  /** One of these roles is required; `everybody`: any account is enough. */
  readonly roles: 'everybody' | readonly Role[]
  readonly needs: readonly Need[]
  /** Rows of the requirements that the rule comes from. */
  readonly requirements: readonly string[]
  /** The rule in words. */
  readonly sentence: string
}

/** All conditions for seeing what cameras saw. */
const DATA: readonly Need[] = ['consent', 'certification', 'training']

const rule = (
  roles: Rule['roles'],
  needs: readonly Need[],
  requirements: readonly string[],
  sentence: string,
): Rule => ({ roles, needs, requirements, sentence })

export const PERMISSIONS = {
  // The session itself: before consent only this works.
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
    'Everybody may refuse a change that an administrator has announced for their own account.',
  ),

  // How access is requested, granted and kept.
  'access.request': rule(
    'everybody',
    ['consent'],
    ['ACC-1', 'ACC-6'],
    'Everybody with an account may request access and withdraw the request. Oversight requests access to review, which does not make anybody an analyst.',
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
    "The requester's supervisor approves first. Nobody approves their own request.",
  ),
  'access.grant': rule(
    ['system-owner'],
    ['consent', 'certification', 'training'],
    ['ACC-1', 'ACC-2', 'ACC-6'],
    'A system owner grants what the supervisor approved. The requester and the approver cannot grant it.',
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
    'A system owner certifies each year that a person still needs access. Each person is certified separately, and nobody certifies themselves.',
  ),
  'training.record': rule(
    ['supervisor', 'administrator'],
    ['consent'],
    ['ACC-3'],
    "The person's supervisor, or an administrator, records completed training. Nobody records their own.",
  ),

  // Accounts.
  'person.create': rule(
    ['administrator'],
    ['consent'],
    ['ACC-7'],
    'An administrator opens accounts. An account alone gives no access to data.',
  ),
  'person.invite': rule(
    ['administrator'],
    ['consent'],
    ['ACC-7'],
    'An administrator may have a new one-time link sent to a person. It replaces the password and second factor, and the administrator does not see it. If the account is already set up, the person is told first and can refuse for three days.',
  ),
  'person.change': rule(
    ['administrator'],
    ['consent'],
    ['ACC-1', 'ACC-7'],
    'An administrator assigns and removes roles, names supervisors, changes e-mail addresses and suspends accounts, but not their own. A new role needs a second administrator, or three days in which nobody who manages or reviews accounts refuses it. A new e-mail address for an account that is set up takes three days, in which its owner can refuse it.',
  ),
  'person.list': rule(
    ['administrator', 'system-owner', 'oversight'],
    ['consent'],
    ['ACC-4'],
    'Those who manage or review accounts see all accounts.',
  ),
  'colleague.list': rule(
    ROLES,
    ['consent'],
    ['ACC-8'],
    'Everybody with a role or access sees the names and roles of colleagues, to know who did something and to name somebody. They see no e-mail addresses.',
  ),
  'mailbox.view': rule(
    ['administrator'],
    ['consent'],
    ['ACC-2'],
    'In development an administrator sees the e-mails that would have been sent.',
  ),

  // What cameras saw, and what people look for.
  'display.create': rule(['analyst'], DATA, ['DSP-1', 'DSP-2'], 'Analysts add watchlist entries.'),
  'display.test': rule(
    ['analyst'],
    DATA,
    ['DSP-1', 'ACC-6'],
    'Analysts try what a watchlist entry would match, on recent alerts from sources granted to them.',
  ),
  'display.list': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['DSP-3', 'DSP-4'],
    'Analysts, supervisors and oversight list watchlist entries. Analysts and supervisors see the plates of the entries they work on.',
  ),
  'display.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['DSP-3', 'DSP-4'],
    "Analysts, supervisors and oversight open watchlist entries. The plate is shown to the owner, the owner's supervisor, those who may use the case, and oversight.",
  ),
  'display.update': rule(['analyst'], DATA, ['DSP-5'], 'Analysts change watchlist entries.'),
  'display.close': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['DSP-5'],
    'Analysts and supervisors close a watchlist entry when the matter is resolved.',
  ),
  'display.validate': rule(
    ['analyst'],
    DATA,
    ['DSP-3'],
    'Analysts confirm each year that a watchlist entry is still needed. Each entry is confirmed separately.',
  ),
  'display.hand-over': rule(
    ['supervisor'],
    DATA,
    ['DSP-3'],
    'Supervisors hand over watchlist entries whose owner leaves.',
  ),
  'display.review': rule(
    ['oversight'],
    DATA,
    ['DSP-4'],
    'Oversight reviews watchlist entries each quarter and rejects those that are no longer relevant.',
  ),
  'alert.list': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['DSP-1', 'ACC-6'],
    'Analysts, supervisors and oversight see alerts from sources granted to them.',
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
    'Analysts and supervisors claim an alert, compare its image with the read, verify it or reject it as misread, and share it.',
  ),
  'picture.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['CAP-4', 'DSP-7'],
    'Whoever sees alerts sees the image beside the text.',
  ),
  'query.run': rule(
    ['analyst'],
    DATA,
    ['QRY-1', 'QRY-5', 'ACC-6'],
    'Analysts search the vendors that they were granted, for a stated case.',
  ),
  'query.review': rule(
    ['analyst'],
    DATA,
    ['QRY-6', 'QRY-10'],
    'Analysts use the review tools on a subject named in their case.',
  ),

  // Cases, and what is kept in them. api/cases/visibility.ts decides who may use which case (ACC-8).
  'case.create': rule(['analyst'], DATA, ['QRY-5', 'ACC-8'], 'Analysts open cases and own them.'),
  'case.list': rule(['analyst'], DATA, ['ACC-8'], 'Analysts list the cases that they own or are named in.'),
  'case.view': rule(['analyst'], DATA, ['ACC-8'], 'Analysts open cases that they own or are named in.'),
  'case.change': rule(
    ['analyst'],
    DATA,
    ['QRY-6', 'ACC-8'],
    'Analysts change the subjects of their cases. The owner names members, closes and deletes the case.',
  ),
  'case.renew': rule(['analyst'], DATA, ['AUD-6'], 'Owners keep a case longer, with a reason.'),
  'case.hand-over': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['ACC-8'],
    "The owner hands a case over. When the owner has left, the owner's supervisor does it, without seeing the contents.",
  ),
  'search.approve': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['QRY-6'],
    "A member of the case, or the requester's supervisor, approves a search without a plate. Nobody approves their own.",
  ),
  'saved.create': rule(
    ['analyst'],
    DATA,
    ['QRY-8'],
    'Analysts save single results of their own searches into a case, after stating why they are relevant.',
  ),
  'saved.list': rule(
    ['analyst'],
    DATA,
    ['ACC-6', 'ACC-8'],
    'Analysts see reads saved into cases that they own or are named in, from sources granted to them.',
  ),
  'saved.keep': rule(
    ['analyst'],
    DATA,
    ['AUD-6'],
    'Analysts renew or delete reads saved into cases that they own or are named in.',
  ),
  'product.write': rule(
    ['analyst'],
    DATA,
    ['ACC-8'],
    'The members of a workspace write intelligence products and their versions.',
  ),
  'product.review': rule(
    ['analyst'],
    DATA,
    ['ACC-8'],
    'A member of the workspace other than the author publishes a version, or returns it with a reason.',
  ),
  'product.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['ACC-8'],
    'Everybody with access reads published products. Only the members of the workspace read drafts.',
  ),
  'lookout.create': rule(
    ['analyst'],
    DATA,
    ['AUD-9', 'DSP-7'],
    'Analysts create a lookout from a saved read, after looking at its image and typing the plate it shows, or from a verified alert.',
  ),
  'lookout.view': rule(
    ['analyst', 'supervisor', 'oversight'],
    DATA,
    ['AUD-9', 'ACC-6', 'ACC-8'],
    'Analysts see lookouts of cases that they own or are named in, supervisors those that their people created, oversight all. Each sees only sources granted to them.',
  ),
  'lookout.keep': rule(
    ['analyst', 'supervisor'],
    DATA,
    ['AUD-6', 'AUD-9'],
    'Whoever may use its case closes or renews a lookout. So may the supervisor of the person who created it.',
  ),
  'dissemination.create': rule(
    ['analyst'],
    DATA,
    ['AUD-7'],
    'Analysts record what they share outside the agency: with whom, under which authority, and what.',
  ),
  'dissemination.list': rule(
    ['analyst', 'oversight'],
    DATA,
    ['AUD-7'],
    'Analysts see what was shared from their cases. Oversight sees everything that was shared.',
  ),

  'saved.export': rule(
    ['analyst'],
    DATA,
    ['ACC-6', 'ACC-8', 'AUD-2'],
    'Analysts export reads saved into cases that they own or are named in, from sources granted to them. The file states who exported it and when.',
  ),

  // Oversight.
  'audit.search': rule(
    ['oversight'],
    DATA,
    ['AUD-2', 'AUD-3'],
    'Only oversight searches the audit log, in which plates are readable. Each search is logged too.',
  ),
  'audit.chain': rule(
    ['oversight'],
    DATA,
    ['AUD-2'],
    'Oversight sees the state of the audit log: its last record, its last signature, and whether it is blocked.',
  ),
  'audit.review': rule(
    ['oversight'],
    DATA,
    ['AUD-3'],
    'Oversight reviews the audit log each quarter and signs the review. Nobody judges their own records.',
  ),
  'misuse.view': rule(
    ['oversight'],
    DATA,
    ['AUD-5'],
    'Oversight sees unusual use, with other explanations for it. Nothing happens to anybody automatically.',
  ),
  'misuse.configure': rule(
    ['oversight'],
    DATA,
    ['AUD-5'],
    'Oversight sets shifts, plates that are close to people, and the thresholds for unusual use.',
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
    'Administrators and oversight see the list of edge agents.',
  ),
  'camera.list': rule(
    ['administrator', 'system-owner'],
    ['consent'],
    ['CAP-1'],
    "Administrators and system owners see the agency's cameras: where they are, and their health, but not what they read.",
  ),
  'settings.view': rule(
    ['administrator', 'system-owner'],
    ['consent'],
    ['QRY-7', 'AUD-6', 'ACC-7'],
    'Administrators and system owners see how the api is configured, and whether the vendors answer. Nobody sees credentials.',
  ),
  'edge.revoke': rule(['administrator'], ['consent'], ['ACC-7'], 'An administrator revokes edge agents.'),
} as const satisfies Record<string, Rule>

export type Permission = keyof typeof PERMISSIONS

/**
 * Routes that answer without signing in, as `METHOD address`: those needed to sign in, and those that reveal nothing
 * about anybody. Every other route must name its permission, or the api does not start.
 */
export const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  'GET /health',
  'GET /live',
  'GET /openapi.json',
  // The API reference for people: it holds no data and may do nothing (runtime/reference.ts).
  'GET /reference',
  'GET /reference/start.js',
  'GET /reference/swagger-ui-bundle.js',
  'GET /reference/swagger-ui.css',
  'POST /v1/edge/enroll',
  'GET /v1/sign-on',
  'POST /v1/sign-on',
  'POST /v1/sign-on/development',
  'GET /v1/sign-on/provider',
  'GET /v1/sign-on/provider/return',
  'POST /v1/set-up/look',
  'POST /v1/set-up',
  'POST /v1/set-up/refusal',
  // The console's files and first page. The data they show comes from the routes above.
  'GET /console.json',
  'GET /*',
])

/** Public routes for machines outside the agency's networks; they reveal nothing (ACC-7). */
export const ANY_NETWORK: ReadonlySet<string> = new Set(['GET /live', 'POST /v1/edge/enroll'])
