package io.trailwatch.core.enrich;

/**
 * A line of a threat list that is neither an address nor a CIDR block.
 *
 * @param list name of the list
 * @param line number of the line, from 1
 * @param text the line, at most 100 characters of it
 */
public record IntelProblem(String list, int line, String text) {}
