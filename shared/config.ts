// The settings of a deployment, typed and frozen. `readConfig` reads the environment once, in the composition root.

/** How one of the two app registrations proves itself at the token endpoint. */
export type AppProof =
  | { kind: 'secret'; secret: string }
  /** PEM text that holds the certificate and its private key. */
  | { kind: 'certificate'; pem: string }
  /** A user-assigned managed identity whose federated credential the app registration trusts. */
  | { kind: 'managedIdentity'; clientId: string };

export interface AppCredential {
  clientId: string;
  proof: AppProof;
  /** When the secret ends, where that was told; a certificate says so itself. */
  secretEndsAtMs?: number;
}

export interface SealingKey {
  kid: string;
  key: Uint8Array;
}

export interface Config {
  /** Origin of the portal, without a trailing slash. */
  publicUrl: string;
  allowedTenants: 'any' | ReadonlySet<string>;
  /** The first seals; all of them open. */
  sealingKeys: readonly SealingKey[];
  microsoft: { loginOrigin: string; graphOrigin: string; partnerCenterOrigin: string; productNamesUrl: string };
  /** Where people are led to: the admin centres of this cloud. */
  portals: { adminOrigin: string; entraOrigin: string };
  partnerApp: AppCredential;
  customerApp: AppCredential;
  store: { kind: 'sqlite'; file: string } | { kind: 'cosmos'; endpoint: string; database: string; key?: string };
  queue:
    | { kind: 'sqlite'; file: string }
    | { kind: 'serviceBus'; connectionString: string }
    | { kind: 'serviceBus'; namespace: string };
  /** Client id of the user-assigned identity that reaches Cosmos DB and Service Bus where no key is given. */
  identityClientId?: string;
  /** GDAP role ids and sync defaults that a workspace starts with are its settings: shared/access/documents.ts. */
}
