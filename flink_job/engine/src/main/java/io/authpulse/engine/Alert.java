package io.authpulse.engine;

/** A finding that is not muted; what else its row holds is the event's and the rule's. */
public final class Alert {
    public int rule; // place in the rules' order
    public double observed;
    public double baseline = Double.NaN; // NaN where there is none
    public String explanation;
}
