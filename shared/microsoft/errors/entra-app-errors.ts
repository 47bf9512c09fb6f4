// Entra's errors about apps, tenants, consent and credentials, in our words.
// Numbers: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
import type { CatalogueLine } from './catalogue-entry.ts';

const consent: readonly CatalogueLine[] = [
  {
    codes: ['65001'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'Nobody has consented to the app in this tenant, or the consent was withdrawn.',
    whatToDo:
      'Send the customer a consent link, or consent through GDAP. If that was done: check that the account is not a guest in the tenant and is in the GDAP group.',
  },
  {
    codes: ['65004'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: "Somebody declined the permissions on Microsoft's consent page.",
    whatToDo: 'Explain what the permissions are for, then open the consent link again and choose Accept.',
    retryHelps: true,
  },
  {
    codes: ['650051'],
    kind: 'transient',
    whoActs: 'microsoft',
    meaning: "Microsoft is still creating the app's entry in this tenant, or an earlier consent left one behind.",
    whatToDo:
      'Wait half a minute and try again. If it stays, delete the app under Enterprise applications and consent again.',
  },
  {
    codes: ['650052'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'The app asks for a service that this organisation has not subscribed to or has switched off.',
    whatToDo: 'Buy or enable the service that Microsoft names in the tenant, or leave out the feature that needs it.',
  },
  {
    codes: ['7000229', '700016', '700011'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'The app is not in this tenant: nobody has consented yet, or an administrator removed it.',
    whatToDo: 'Send the customer a new consent link, or consent through GDAP.',
  },
  {
    codes: ['7000112', '70001', '1000031'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'An administrator of this tenant has switched the app off.',
    whatToDo:
      'In the Microsoft Entra admin centre of the customer, open Enterprise applications, choose the app and set "Enabled for users to sign in" to Yes.',
  },
  {
    codes: ['90094', '90095'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'Only an administrator of the tenant may consent to these permissions.',
    whatToDo: 'Have a Global Administrator or a Privileged Role Administrator of the tenant open the consent link.',
  },
  {
    codes: ['90099'],
    kind: 'consent',
    whoActs: 'msp',
    meaning: 'The app is not yet authorised in the customer tenant, so partner administrators cannot use it there.',
    whatToDo: 'Consent for this customer first: by link, or through Partner Center.',
  },
  {
    codes: ['50001', '500011'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'The service that was asked for does not exist in this tenant.',
    whatToDo: 'Check that this is the right tenant and that it is licensed for the service, then consent again.',
  },
];

const tenants: readonly CatalogueLine[] = [
  {
    // The kind is `consent` because a tenant that is gone grants nothing any more, and a person must look at it.
    codes: ['50059', '50128', '90002', '900023', '5000224'],
    kind: 'consent',
    whoActs: 'msp',
    meaning: 'Microsoft does not know this tenant: the id is wrong, or the tenant was deleted.',
    whatToDo: 'Check the tenant id. If the customer has left Microsoft 365, remove the customer here.',
  },
  {
    codes: ['90038'],
    kind: 'other',
    whoActs: 'msp',
    meaning: 'The tenant is in another Microsoft cloud, for example US Government.',
    whatToDo: 'Connect the tenant in a deployment that is set up for that cloud.',
  },
  {
    codes: ['50105'],
    kind: 'permission',
    whoActs: 'customer',
    meaning: 'The app admits only users who are assigned to it, and this account is not.',
    whatToDo: 'Assign the account to the app under Enterprise applications, or set "Assignment required" to No.',
  },
  {
    codes: ['90093'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: 'The account lacks the directory role that this needs.',
    whatToDo: 'Give the account the role, or sign in with an account that has it.',
  },
];

const ourCredential: readonly CatalogueLine[] = [
  {
    codes: ['7000215'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: "The app's client secret is wrong.",
    whatToDo: 'The operator of this deployment sets the value of a current secret (the value, not its id).',
  },
  {
    codes: ['7000222'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: "The app's client secret has expired.",
    whatToDo: 'The operator of this deployment creates a new secret in the app registration and sets it here.',
  },
  {
    codes: ['7000218', '70002'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'The app did not prove who it is: a secret or certificate is missing or not accepted.',
    whatToDo: "The operator of this deployment checks the app's secret or certificate.",
  },
  {
    codes: ['700027', '7000214', '7000274', '7000277'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: "The app's certificate is not the one that its registration trusts, or was revoked.",
    whatToDo:
      'The operator of this deployment uploads the certificate to the app registration, or sets the right one here.',
  },
  {
    codes: ['700024', '1000502'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: "The app's certificate or the proof signed with it is outside its period of validity.",
    whatToDo:
      'The operator of this deployment renews the certificate and checks that the clock of the machine is right.',
  },
  {
    codes: ['700229'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'Microsoft accepts only app tokens of a managed identity as proof, and got something else.',
    whatToDo: 'The operator of this deployment checks the federated credential and the managed identity.',
  },
  {
    // https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
    codes: ['70021', '700211', '700212', '700213'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: "No federated credential of the app fits this deployment's managed identity.",
    whatToDo:
      "The operator of this deployment compares issuer, subject (the identity's object id) and audience of the credential in the app registration.",
  },
];

const ourRegistration: readonly CatalogueLine[] = [
  {
    codes: ['50011', '900971'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'The address to return to is not registered for the app.',
    whatToDo:
      'The operator of this deployment adds its redirect addresses to the app registration, exactly as they are.',
  },
  {
    codes: ['50194'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'The app is registered for one tenant only.',
    whatToDo: 'The operator of this deployment sets the app registration to accounts in any organisational directory.',
  },
  {
    codes: ['65005', '650054', '650056', '650057'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'The app asks for a service that its registration does not list, or the registration is not set up right.',
    whatToDo:
      'The operator of this deployment compares the API permissions of the app registration with the table in the README.',
  },
  {
    codes: ['70011', '900144', '9001023', '501481', '700005'],
    kind: 'other',
    whoActs: 'tenantry',
    meaning: 'Microsoft could not use our request.',
    whatToDo: 'Start again from our page. If it happens again, report it with the correlation id.',
    retryHelps: true,
  },
  {
    codes: ['50196'],
    kind: 'throttled',
    whoActs: 'tenantry',
    meaning: 'Microsoft refuses because the same request was made too often in a short time.',
    whatToDo: 'Nothing: we wait and try again. If it stays, report it with the correlation id.',
  },
];

const microsoftBusy: readonly CatalogueLine[] = [
  {
    codes: ['90055'],
    kind: 'throttled',
    whoActs: 'microsoft',
    meaning: 'This tenant has more requests open at Microsoft than it may.',
    whatToDo: 'Nothing: we wait and try again.',
  },
  {
    codes: ['90006', '90024', '90033', '50033', '50087'],
    kind: 'transient',
    whoActs: 'microsoft',
    meaning: "Microsoft's sign-in service has a passing problem.",
    whatToDo: 'Nothing: we try again. Microsoft tells of longer outages on its service health page.',
  },
];

export const entraAppErrors = [...consent, ...tenants, ...ourCredential, ...ourRegistration, ...microsoftBusy];
