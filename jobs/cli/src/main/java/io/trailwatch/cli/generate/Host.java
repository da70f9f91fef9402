package io.trailwatch.cli.generate;

/**
 * One network interface of the production VPC and what stands behind it.
 *
 * @param instance instance id; {@code -} for interfaces that AWS runs
 */
record Host(
        String name,
        String address,
        String networkInterface,
        String subnet,
        String instance,
        FlowLog flowLog) {
    static Host of(String name, String address, FlowLog flowLog) {
        Dice ids = Organisation.fixed(name);
        String network = address.substring(0, address.lastIndexOf('.'));
        return new Host(
                name,
                address,
                "eni-0" + ids.hex(16),
                "subnet-0" + Organisation.fixed(network).hex(16),
                name.startsWith("web") ? "i-0" + ids.hex(16) : "-",
                flowLog);
    }
}
