import type { Schemas } from '../../../client/index.ts';
import { CopyButton } from '../../commands/copy-button.tsx';
import styles from './webhooks.module.css';

/**
 * The address and the secret for the provider. The secret is in this reply only, and is lost when the dialog is closed.
 */
export function SecretShownOnce({ endpoint }: { readonly endpoint: Schemas['WebhookEndpointWithSecret'] }) {
  const { url, secret } = endpoint;
  return (
    <div className={styles.given}>
      <p className={styles.label}>Address</p>
      <p className={styles.address}>
        <code className={styles.copied}>{url}</code> <CopyButton text={url} what="address" />
      </p>
      {secret !== null && (
        <>
          <p className={styles.label}>Secret</p>
          <p className={styles.address}>
            <code className={styles.copied} data-secret>
              {secret}
            </code>{' '}
            <CopyButton text={secret} what="secret" />
          </p>
          <p className={styles.warn}>
            <strong>It is shown only now.</strong> Enter it at the provider before you close this.
          </p>
        </>
      )}
    </div>
  );
}
