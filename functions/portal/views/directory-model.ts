// What the sections of a customer's page are made from.
import type { SyncEvent, UserDoc } from '../../../shared/sync/documents.ts';
import type { UserFilter } from '../../../shared/sync/list-users.ts';
import type { Directory } from '../../../shared/sync/read-directory.ts';

export interface UserRow
  extends Pick<
    UserDoc,
    | 'userId'
    | 'displayName'
    | 'userPrincipalName'
    | 'userType'
    | 'department'
    | 'accountEnabled'
    | 'lastSignInAt'
    | 'standing'
  > {
  products: readonly string[];
}

export interface DirectoryModel {
  tenantId: string;
  nowMs: number;
  /** Of syncs: what is twice as old is late. */
  intervalMs: number;
  directory: Directory;
  users: readonly UserRow[];
  /** Asks for the next users. */
  usersContinuation: string | null;
  usersText: string;
  usersFilter: UserFilter;
  events: readonly SyncEvent[];
}
