// Where Microsoft is: the login, Graph and Partner Center origins of the configuration, and what follows from them.

export interface Origins {
  login: string;
  graph: string;
  partnerCenter: string;
  /** What a token for Graph is asked for: the public name, also where a stand-in answers on loopback. */
  graphResource: string;
  partnerCenterResource: string;
}

const publicGraph = 'https://graph.microsoft.com';
const publicPartnerCenter = 'https://api.partnercenter.microsoft.com';

/**
 * Checks the configured origins: https anywhere, http on loopback only.
 * @throws Error that names the origin which is neither
 */
export function readOrigins(configured: {
  loginOrigin: string;
  graphOrigin: string;
  partnerCenterOrigin: string;
}): Origins {
  const login = originOf('loginOrigin', configured.loginOrigin);
  const graph = originOf('graphOrigin', configured.graphOrigin);
  const partnerCenter = originOf('partnerCenterOrigin', configured.partnerCenterOrigin);
  return {
    login,
    graph,
    partnerCenter,
    graphResource: isLoopback(graph) ? publicGraph : graph,
    partnerCenterResource: isLoopback(partnerCenter) ? publicPartnerCenter : partnerCenter,
  };
}

function originOf(name: string, value: string): string {
  if (!URL.canParse(value)) throw new Error(`microsoft.${name} is not an address: ${value}`);
  const { protocol, origin } = new URL(value);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(value))) {
    throw new Error(`microsoft.${name} must be https (http only on loopback): ${value}`);
  }
  return origin;
}

/** Whether an address is on this machine. */
export function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}

/** Whether an absolute address belongs to the origin; false for what is no address. */
export function isOfOrigin(address: string, origin: string): boolean {
  if (address.startsWith(`${origin}/`)) return true;
  return URL.canParse(address) && new URL(address).origin === origin;
}
