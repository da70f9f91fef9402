package io.trailwatch.connector.registry;

/**
 * What the cache has done since it was made.
 *
 * @param registryCalls calls to the registry, repeated ones included
 * @param registryFailures those of them that gave no answer
 * @param staleServed records decoded by a version whose time was over while the registry was asked
 *     or gave no answer
 * @param versions parsed versions kept now
 * @param refusals ids kept now that do not decode
 */
public record CacheStatistics(
        long registryCalls, long registryFailures, long staleServed, int versions, int refusals) {}
