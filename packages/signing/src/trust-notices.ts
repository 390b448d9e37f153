/**
 * What somebody should know of a trusted root before it matters: that it is old, or ends soon.
 *
 * None of it makes a verification fail; what must not be trusted any more is refused elsewhere.
 *
 * @module
 */

import type { TrustOrigin } from './trust-origin.ts';
import { trustOf } from './trust.ts';
import type { TrustedRoot, TrustedService } from './trusted-root.ts';

/** One thing to know. */
export interface TrustNotice {
  readonly kind:
    /** Nobody has said for a while that it is the current one. */
    | 'outdated'
    /** There was to be a newer one, and the repository could not be reached. */
    | 'unreachable'
    /** Something ends within the next days. */
    | 'ending'
    /** Nothing of a kind is trusted any more; old signatures are verified, new ones are not. */
    | 'ended';
  /** What it is about, such as the address of a log. */
  readonly subject: string;
  /** When it was checked, ends or ended. */
  readonly at: Date;
  readonly message: string;
  readonly hint: string;
}

/** Settings of {@link trustNotices}. */
export interface TrustNoticeOptions {
  /** Days ahead; 30 when absent. */
  readonly days?: number;
  readonly now?: () => Date;
}

const day = 24 * 60 * 60 * 1000;
const refreshHint = 'Verify once while this machine is online.';
const ownHint = 'Get the `trusted_root.json` anew from whoever runs this Sigstore.';

/** Lists what is worth knowing of a trusted root now. */
export function trustNotices(
  trustedRoot: TrustedRoot,
  { days = 30, now = () => new Date() }: TrustNoticeOptions = {},
): readonly TrustNotice[] {
  const at = now();
  const until = new Date(at.getTime() + days * day);
  const { origin } = trustedRoot;
  const hint = origin === undefined || origin.kind === 'file' ? ownHint : refreshHint;
  const ends = endsOf(trustedRoot).filter(({ end }) => at < end && end <= until);
  return [
    ...(origin === undefined ? [] : noticesOfAge(origin, at, until)),
    ...ends.map(({ subject, end }) => ({
      kind: 'ending' as const,
      subject,
      at: end,
      message: `${subject} is trusted until ${shown(end)} only`,
      hint,
    })),
    ...endedKinds(trustedRoot, at, hint),
  ];
}

function noticesOfAge(origin: TrustOrigin, now: Date, until: Date): readonly TrustNotice[] {
  const { kind, checkedAt, currentUntil, expiresAt, unreachable } = origin;
  const subject = 'the trusted root';
  const hint = refreshHint;
  const isOutdated = checkedAt !== undefined && (currentUntil === undefined || currentUntil <= now);
  const from = kind === 'seed' ? 'came with this program' : 'was last known to be the current one';
  return [
    ...(unreachable !== undefined && checkedAt !== undefined
      ? [
          {
            kind: 'unreachable' as const,
            subject,
            at: checkedAt,
            message: `the trusted root is that of ${shown(checkedAt)}, because nothing newer could be fetched (${unreachable})`,
            hint: 'Check the network, or say with `--offline` that this is meant.',
          },
        ]
      : []),
    ...(isOutdated
      ? [
          {
            kind: 'outdated' as const,
            subject,
            at: checkedAt,
            message: `the trusted root ${from} at ${shown(checkedAt)}, ${daysBetween(checkedAt, now)} days ago`,
            hint,
          },
        ]
      : []),
    ...(expiresAt !== undefined && now < expiresAt && expiresAt <= until
      ? [
          {
            kind: 'ending' as const,
            subject,
            at: expiresAt,
            message: `the trusted root ends at ${shown(expiresAt)}`,
            hint,
          },
        ]
      : []),
  ];
}

/** Everything that has an end: services by their time in the trusted root, and certificates. */
function endsOf(
  trustedRoot: TrustedRoot,
): readonly { readonly subject: string; readonly end: Date }[] {
  const services = kindsOf(trustedRoot).flatMap(([what, ones]) =>
    ones.flatMap(({ url, validUntil: end }) =>
      end === undefined ? [] : [{ subject: `${what} \`${url}\``, end }],
    ),
  );
  const { certificateAuthorities, timestampAuthorities } = trustOf(trustedRoot);
  const authorities = [...certificateAuthorities, ...timestampAuthorities];
  const certificates = authorities.flatMap((authority) =>
    authority.certificates.map(({ x509, notAfter: end }) => ({
      subject: `the certificate \`${x509.subject.replaceAll('\n', ', ')}\``,
      end,
    })),
  );
  return [...services, ...certificates];
}

function endedKinds(trustedRoot: TrustedRoot, now: Date, hint: string): readonly TrustNotice[] {
  return kindsOf(trustedRoot).flatMap(([what, services]) => {
    const ends = services.flatMap(({ validUntil }) => validUntil ?? []);
    if (services.length === 0 || ends.length < services.length) return [];
    const last = new Date(Math.max(...ends.map((end) => end.getTime())));
    if (now <= last) return [];
    const message = `${what} of this Sigstore has been trusted for nothing since ${shown(last)}`;
    return [{ kind: 'ended' as const, subject: what, at: last, message, hint }];
  });
}

function kindsOf(
  trustedRoot: TrustedRoot,
): readonly (readonly [what: string, services: readonly TrustedService[]])[] {
  return [
    ['the certificate authority', trustedRoot.certificateAuthorities],
    ['the transparency log', trustedRoot.transparencyLogs],
    ['the certificate log', trustedRoot.certificateLogs],
    ['the timestamp authority', trustedRoot.timestampAuthorities],
  ];
}

function shown(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / day);
}
