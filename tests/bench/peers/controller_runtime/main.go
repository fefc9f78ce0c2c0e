// The least that controller-runtime can do: a finalizer and two writes of a status for each resource, nothing decided.
//
//	controller-runtime-peer NAMESPACE WORKERS
//
// KUBECONFIG says where. With more than one worker the client's limit of calls a second is lifted as well.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

var kind = schema.GroupVersionKind{Group: "authpulse.io", Version: "v1alpha1", Kind: "AuthPulse"}

const readyAfter = 50 * time.Millisecond

type reconciler struct{ client.Client }

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	resource := newResource()
	if err := r.Get(ctx, request.NamespacedName, resource); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if resource.GetDeletionTimestamp() != nil {
		return ctrl.Result{}, nil
	}
	before := resource.DeepCopy()
	if controllerutil.AddFinalizer(resource, "authpulse.io/finalizer") {
		return ctrl.Result{RequeueAfter: time.Nanosecond}, r.Patch(ctx, resource, client.MergeFrom(before))
	}
	ready, next := conditionOf(resource), "True"
	if ready == "True" {
		return ctrl.Result{}, nil
	}
	if ready == "" {
		next = "False"
	}
	if err := unstructured.SetNestedField(resource.Object, statusOf(resource.GetGeneration(), next), "status"); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Status().Patch(ctx, resource, client.MergeFrom(before)); err != nil {
		return ctrl.Result{}, err
	}
	if next == "False" {
		return ctrl.Result{RequeueAfter: readyAfter}, nil
	}
	return ctrl.Result{}, nil
}

func conditionOf(resource *unstructured.Unstructured) string {
	conditions, _, _ := unstructured.NestedSlice(resource.Object, "status", "conditions")
	for _, condition := range conditions {
		if fields, ok := condition.(map[string]any); ok && fields["type"] == "Ready" {
			return fields["status"].(string)
		}
	}
	return ""
}

func statusOf(generation int64, ready string) map[string]any {
	reason := map[string]string{"True": "AsSpecified", "False": "Creating"}[ready]
	return map[string]any{
		"observedGeneration": generation,
		"conditions": []any{map[string]any{
			"type": "Ready", "status": ready, "reason": reason, "message": "",
			"observedGeneration": generation, "lastTransitionTime": "2026-01-01T00:00:00Z",
		}},
	}
}

func newResource() *unstructured.Unstructured {
	resource := &unstructured.Unstructured{}
	resource.SetGroupVersionKind(kind)
	return resource
}

func run(namespace string, workers int) error {
	ctrl.SetLogger(zap.New())
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	if workers > 1 {
		config.QPS, config.Burst = 1000, 2000
	}
	made, err := ctrl.NewManager(config, ctrl.Options{
		Metrics: server.Options{BindAddress: "0"},
		Cache:   cache.Options{DefaultNamespaces: map[string]cache.Config{namespace: {}}},
		Client:  client.Options{Cache: &client.CacheOptions{Unstructured: true}},
	})
	if err != nil {
		return err
	}
	changed := predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{})
	err = ctrl.NewControllerManagedBy(made).For(newResource()).WithEventFilter(changed).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers}).Complete(&reconciler{made.GetClient()})
	if err != nil {
		return err
	}
	ready := manager.RunnableFunc(func(context.Context) error {
		fmt.Println("ready")
		return nil
	})
	if err := made.Add(ready); err != nil {
		return err
	}
	return made.Start(ctrl.SetupSignalHandler())
}

func main() {
	workers, err := strconv.Atoi(os.Args[2])
	if err == nil {
		err = run(os.Args[1], workers)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
